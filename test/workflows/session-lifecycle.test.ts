// The workflow of a session on a server that skips time: what it waits for, what moves that, who stops it. The rows are played by a model.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { WorkflowIdReusePolicy } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { Tended } from '../../activities/session-lifecycle/session-activities.ts';
import { nextDue, type SessionStanding, soonestAfterMessageMs } from '../../domain/session/next-due.ts';
import { defaultTerms, type SessionTerms } from '../../domain/session-policy/terms.ts';
import { createLogger } from '../../platform/log.ts';
import { dataConverter } from '../../platform/temporal.ts';
import { workflowBundlePath } from '../../workers/temporal/workflow-bundle.ts';
import {
  type SessionLifecycleInput,
  type SessionLifecycleResult,
  type SessionLifecycleStatus,
  type SessionNews,
  sagaAttributes,
  sagaSignals,
  searchAttributes,
  sessionNewsSignal,
  sessionSagaType,
  statusQuery,
  workflowNames,
} from '../../workflows/names.ts';
import { eventually } from '../support/eventually.ts';
import { historyConfig as config } from '../support/history-config.ts';
import { installRuntime } from '../support/product.ts';
import { failsForGood, trouble } from '../support/switchboard.ts';

let environment: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;
const taskQueue = 'sessions';

before(async () => {
  installRuntime(createLogger({ name: 'sessions', level: config.LOG_LEVEL }));
  const path = process.env['TEST_TEMPORAL_TEST_SERVER'];
  assert.ok(path, 'TEST_TEMPORAL_TEST_SERVER is not set: run this file with `npm run test:one`.');
  environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
    client: { dataConverter: dataConverter(config) },
  });
  const keyword = 2;
  const names = Object.values(searchAttributes).map(({ name }) => [name, keyword]);
  const request = { namespace: 'default', searchAttributes: Object.fromEntries(names) };
  await environment.connection.operatorService.addSearchAttributes(request);
  worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: { codePath: await workflowBundlePath(config) },
    dataConverter: dataConverter(config),
    activities: { tendSession, noteSaga, settleSaga },
  });
  running = worker.run();
});
after(async () => {
  worker.shutdown();
  await running;
  await environment.teardown();
});

const minute = 60_000;

/** A session's row and log, as far as time matters. `story`: what was done, and in which minute. */
type Model = {
  readonly startMs: number;
  standing: SessionStanding;
  terms: SessionTerms;
  endReason: string | null;
  agents: number;
  looks: number;
  fault: (() => Promise<unknown>) | undefined;
  readonly story: string[];
};
const models = new Map<string, Model>();
/** What was written into the list of sagas: those activities get no session, so that one test runs at a time. */
let noted: string[] = [];
const noteSaga = async ({ reason }: { reason: string }) => noted.push(`stuck ${reason}`) > 0;
const settleSaga = async ({ state, reason }: { state: string; reason: string }) =>
  void noted.push(`${state} ${reason}`);

async function tendSession({ sessionId }: SessionLifecycleInput): Promise<Tended> {
  const model = models.get(sessionId);
  assert.ok(model);
  model.looks += 1;
  await model.fault?.();
  const did: Tended['did'][number][] = [];
  for (;;) {
    const { standing, terms, endReason } = model;
    if (endReason !== null) return { endReason, did, due: null, soonestAfterMessageMs: null };
    const nowMs = await environment.currentTimeMs();
    const next = nextDue(standing, terms, nowMs);
    if (next === null || next.atMs > nowMs) {
      const due = next && { what: next.what, inMs: next.atMs - nowMs };
      return { endReason, did, due, soonestAfterMessageMs: soonestAfterMessageMs(standing, terms) };
    }
    did.push(next.what);
    model.story.push(`${next.what} ${Math.round((nowMs - model.startMs) / minute)}`);
    if (next.what === 'close') model.endReason = 'inactivity_timeout';
    else model.standing = { ...standing, ...(await afterDue(model, next.what, nowMs)) };
  }
}

async function afterDue(model: Model, what: string, nowMs: number): Promise<Partial<SessionStanding>> {
  if (what === 'escalate') return { isEscalated: true };
  if (what === 'abandon') return { isAbandoned: true };
  model.agents -= 1;
  return { agentId: `agent ${model.agents}`, assignedMs: nowMs, isAgentFree: model.agents > 0 };
}

async function begin(terms: Partial<SessionTerms> = {}, more: Partial<Pick<Model, 'agents' | 'fault'>> = {}) {
  noted = [];
  const [sessionId, tenantId] = [randomUUID(), 'tenant-a'];
  const startMs = await environment.currentTimeMs();
  const { agents = 0, fault } = more;
  const model: Model = {
    startMs,
    standing: {
      lastActivityMs: startMs,
      waitingSinceMs: null,
      messageCount: 0,
      agentId: null,
      assignedMs: null,
      isResolved: false,
      isEscalated: false,
      isAbandoned: false,
      isAgentFree: agents > 0,
    },
    terms: { ...defaultTerms, ...terms },
    endReason: null,
    agents,
    looks: 0,
    fault,
    story: [],
  };
  models.set(sessionId, model);
  const workflowId = `session-lifecycle-${sessionId}`;
  const signal = (news: SessionNews) =>
    environment.client.workflow.signalWithStart(workflowNames.sessionLifecycle, {
      taskQueue,
      workflowId,
      args: [{ tenantId, sessionId }],
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      typedSearchAttributes: sagaAttributes({ sagaType: sessionSagaType, tenantId, correlationId: sessionId }),
      signal: sessionNewsSignal,
      signalArgs: [news],
    });
  const handle = environment.client.workflow.getHandle(workflowId);
  const look = () => signal({ messages: 0, lastMessageAt: null, look: true });
  await look();
  const status = () => handle.query<SessionLifecycleStatus>(statusQuery);
  return {
    model,
    handle,
    signal,
    look,
    status,
    /** A message that the row has counted, and of which the workflow hears. */
    async write(fromContact = true): Promise<void> {
      const nowMs = await environment.currentTimeMs();
      const { standing } = model;
      model.standing = {
        ...standing,
        lastActivityMs: nowMs,
        messageCount: standing.messageCount + 1,
        waitingSinceMs: fromContact ? (standing.waitingSinceMs ?? nowMs) : null,
        isAbandoned: !fromContact && standing.isAbandoned,
      };
      await signal({ messages: 1, lastMessageAt: new Date(nowMs).toISOString(), look: false });
    },
    /** By now, or as soon as the worker is done with it. */
    tells: (...story: string[]) =>
      eventually(() => {
        assert.deepEqual(model.story, story);
        return true;
      }),
    isIn: (state: string) =>
      eventually(async () => {
        const now = await status();
        return now.state === state && now;
      }),
    result: () => handle.result() as Promise<SessionLifecycleResult>,
    failure: () =>
      handle.result().then(
        () => 'completed',
        (error: Error & { cause?: Error }) => error.cause?.message ?? error.message,
      ),
  };
}

const passes = (minutes: number): Promise<void> => environment.sleep(minutes * minute);

test('a session in which nobody writes ends after its time', async () => {
  const session = await begin();
  assert.deepEqual(await session.result(), { state: 'completed', steps: ['close'], endReason: 'inactivity_timeout' });
  assert.deepEqual(session.model.story, ['close 30']);
  const { typedSearchAttributes } = await session.handle.describe();
  assert.equal(typedSearchAttributes.get(searchAttributes.sagaState), 'completed');
});

test('each message moves the end; the workflow looks when its timer goes off, not at each message', async () => {
  const session = await begin();
  for (let n = 0; n < 10; n += 1) {
    await passes(10);
    await session.write(n % 2 === 0);
  }
  assert.equal((await session.result()).endReason, 'inactivity_timeout');
  assert.deepEqual(session.model.story, ['close 130']);
  assert.ok(session.model.looks <= 8, `${session.model.looks} looks for 10 messages`);
});

test('every term takes its turn, and a contact who comes back has not left', async () => {
  const terms = { reassignSeconds: 300, escalateSeconds: 720, abandonSeconds: 1_200, autoAssign: true };
  const session = await begin(terms, { agents: 2 });
  await session.write();
  await passes(25);
  await session.tells('assign 0', 'reassign 5', 'escalate 10', 'abandon 20');
  assert.equal((await session.status()).due?.what, 'close');
  await session.write();
  const { steps } = await session.result();
  assert.deepEqual(session.model.story.slice(4), ['abandon 45', 'close 55']);
  assert.deepEqual(steps, ['assign', 'reassign', 'escalate', 'abandon', 'close']);
});

test('a question after a long silence is due before the timer that stands', async () => {
  const session = await begin({ inactivitySeconds: 7_200, escalateSeconds: 120 });
  await passes(20);
  await session.write();
  await passes(3);
  await session.tells('escalate 22');
});

test('a person ends it: the workflow is over at once, and what comes after starts nothing', async () => {
  const session = await begin();
  await passes(3);
  session.model.endReason = 'manual_close';
  await session.look();
  assert.deepEqual(await session.result(), { state: 'completed', steps: [], endReason: 'manual_close' });
  await assert.rejects(session.look(), { name: 'WorkflowExecutionAlreadyStartedError' });
  assert.deepEqual(session.model.story, []);
});

test('news that somebody gives by hand, without saying what, has it look', async () => {
  const session = await begin();
  await eventually(() => session.model.looks === 1);
  session.model.endReason = 'manual_close';
  await session.handle.signal(sessionNewsSignal);
  assert.equal((await session.result()).endReason, 'manual_close');
});

test('a policy that is changed is followed within the hour, also when nothing was due before', async () => {
  const session = await begin({ inactivitySeconds: null });
  await passes(90);
  session.model.terms = { ...session.model.terms, inactivitySeconds: 60 };
  await session.result();
  assert.deepEqual(session.model.story, ['close 120']);
});

test('stuck and shown: a retry that succeeds goes on, an abort leaves the session to people', async () => {
  const fault = async () => failsForGood(async () => {}, 1);
  const session = await begin({}, { fault });
  const stuck = await session.isIn('stuck');
  assert.deepEqual(
    [stuck.signals, stuck.lastError?.code, noted],
    [['retry', 'abort'], 'rule_violated', ['stuck rule_violated: The test forbids it.']],
  );
  session.model.fault = undefined;
  await session.handle.signal(sagaSignals.retry);
  // It runs again before the step is done: only then there is nothing left to tell.
  await eventually(async () => {
    const { state, lastError } = await session.isIn('running');
    return state === 'running' && lastError === null;
  });
  session.model.fault = fault;
  await session.look();
  await session.isIn('stuck');
  await session.handle.signal(sagaSignals.abort);
  assert.match(await session.failure(), /SessionLifecycle was failed: aborted/);
  assert.equal(noted.at(-1), 'failed aborted');
  assert.deepEqual([session.model.endReason, session.model.story], [null, []]);
});

test('a trouble that passes heals by itself', async () => {
  const session = await begin({}, { fault: () => Promise.reject(trouble('unavailable')) });
  await session.isIn('stuck');
  session.model.fault = undefined;
  await passes(1);
  await session.isIn('running');
  assert.equal((await session.result()).endReason, 'inactivity_timeout');
});

test('an operator aborts or cancels one that waits: the list of sagas says so', async () => {
  const session = await begin();
  await session.isIn('running');
  await session.handle.signal(sagaSignals.abort);
  assert.match(await session.failure(), /aborted/);
  assert.deepEqual(noted, ['failed aborted']);
  const other = await begin();
  await other.handle.cancel();
  assert.match(await other.failure(), /cancel/i);
  assert.deepEqual(noted, ['failed cancelled']);
});
