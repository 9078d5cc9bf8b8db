// Workflow code that runs must go on understanding what it did before: recorded histories are replayed. A changed workflow must be caught.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { projectDir } from '../../ops/stack/paths.ts';
import { createLogger } from '../../platform/log.ts';
import { dataConverter } from '../../platform/temporal.ts';
import { workflowBundlePath } from '../../workers/temporal/workflow-bundle.ts';
import * as workflows from '../../workflows/index.ts';
import { readHistories } from '../support/histories/recorded-histories.ts';
import { historyConfig as config } from '../support/history-config.ts';
import { installRuntime } from '../support/product.ts';

const log = createLogger({ name: 'histories', level: config.LOG_LEVEL });
before(() => installRuntime(log));

/** Replays them all; gives the names of those that the code does not understand. */
async function replay(workflowBundle: { codePath: string } | { code: string }): Promise<readonly string[]> {
  const notUnderstood: string[] = [];
  const options = { workflowBundle, dataConverter: dataConverter(config), replayName: 'recorded' };
  for await (const { workflowId, error } of Worker.runReplayHistories(options, readHistories()))
    if (error) notUnderstood.push(workflowId);
  return notUnderstood.sort();
}

/** The names of the recorded ones of one workflow. */
const recordedOf = (workflow: string): readonly string[] =>
  readHistories()
    .map(({ workflowId }) => workflowId)
    .filter((name) => name.startsWith(`${workflow}/`));

test('recorded histories are understood', async () => {
  assert.deepEqual(await replay({ codePath: await workflowBundlePath(config) }), []);
});

type Change = {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The histories that it breaks, or the workflow all of whose histories it does. */
  readonly breaks: string | readonly string[];
};

const inbound = (way: string): string => `processInboundMessage/${way}`;
const gatewayEventsStopped = recordedOf('processGatewayEvent').filter((name) => !/completed|stuck-retried/.test(name));
/** Those in which a channel's saga turned back, or was told to, and learnt from the database that it had completed. */
const channelSagasTurned = [
  ...[
    'aborted-while-pairing',
    'cancelled-too-late',
    'cancelled-while-pairing',
    'compensated',
    'refused',
    'switched-off',
    'timed-out',
  ].map((way) => `activateChannel/${way}`),
  ...['cancelled-before', 'refused', 'timed-out'].map((way) => `disconnectChannel/${way}`),
];
const importsTurned = ['called-off', 'cancelled-in-messages', 'compensated', 'refused', 'stuck-aborted'].map(
  (way) => `importHistory/${way}`,
);
const waitsGivenUp = ['cancelled', 'stuck-aborted', 'timed-out'].map((way) => `automationWait/${way}`);
const recalculationsTurned = ['aborted', 'cancelled', 'compensated', 'refused', 'stuck-aborted'].map(
  (way) => `recalculateContactList/${way}`,
);
const changes: Readonly<Record<string, Change>> = {
  'processInboundMessage: the steps do not run together any more': {
    file: 'process-inbound-message.ts',
    from: 'await saga.together(() => processInboundTogether(input))',
    to: 'null as readonly string[] | null; void processInboundTogether',
    // One that was cancelled before its first task was over is understood: it began by asking the database.
    breaks: recordedOf('processInboundMessage').filter((name) => name !== inbound('cancelled-unheard')),
  },
  'all sagas: one turns back without asking the database': {
    file: 'saga.ts',
    from: 'await CancellationScope.nonCancellable(() => within(run, place, sealSaga))',
    to: '{ ended: null, reason: null, steps: [] }',
    breaks: [
      ...gatewayEventsStopped,
      ...['aborted', 'cancelled', 'refused', 'stuck-aborted'].map((way) => `broadcast/${way}`),
      ...['cancelled-heard', 'cancelled-unheard', 'compensated', 'timed-out', 'undo-stuck-aborted'].map(inbound),
      ...['cancelled-before', 'rejected', 'stuck-aborted', 'stuck-cancelled', 'timed-out'].map(
        (way) => `sendMessage/${way}`,
      ),
      ...channelSagasTurned,
      ...waitsGivenUp,
      ...recalculationsTurned,
      ...importsTurned,
      ...['cancelled', 'refused', 'stuck-aborted'].map((way) => `refreshCredential/${way}`),
    ],
  },
  'processGatewayEvent: the event is applied twice': {
    file: 'process-gateway-event.ts',
    from: "await step('apply', {",
    to: "await step('apply', { run: () => applyGatewayEvent(input) }); await step('apply again', {",
    // The others ended before.
    breaks: ['processGatewayEvent/completed', 'processGatewayEvent/stuck-retried'],
  },
  'sendMessage: no pause before the look at an unknown fate': {
    file: 'send-message.ts',
    from: 'await sleep(ms);',
    to: 'void ms;',
    breaks: ['sendMessage/unknown-found', 'sendMessage/unknown-sent-again'],
  },
  'sendMessage: the id is reserved by a local activity': {
    file: 'send-message.ts',
    from: "proxyActivities<Pick<SendActivities, 'reserveMessageId' | 'lookUpSend'>>(gatewayRead)",
    to: "proxyLocalActivities<Pick<SendActivities, 'reserveMessageId' | 'lookUpSend'>>({ startToCloseTimeout: 15_000 })",
    breaks: 'sendMessage',
  },
  'messageGroup: a group waits for messages only': {
    file: 'message-group.ts',
    from: 'await condition(() => news > seen, dueInMs)',
    to: 'await condition(() => news > seen)',
    breaks: ['messageGroup/cancelled', 'messageGroup/completed', 'messageGroup/moved-on'],
  },
  'messageGroup: a group is closed without being looked at': {
    file: 'message-group.ts',
    from: 'await lookAtMessageGroup(input)',
    to: '{ pending: Boolean(lookAtMessageGroup), dueInMs: 0 }',
    breaks: 'messageGroup',
  },
  'activateChannel: what the session says is taken for granted': {
    file: 'activate-channel.ts',
    from: 'await lookAtSession(input)',
    to: "(await Promise.resolve(lookAtSession), { status: 'WORKING' })",
    // The others never came to it.
    breaks: recordedOf('activateChannel').filter((name) => !/compensated|refused/.test(name)),
  },
  'disconnectChannel: the gateway is told twice': {
    file: 'disconnect-channel.ts',
    from: "await step('finish', {",
    to: "await step('disconnect again', { run: () => disconnectSession(input) });\n    await step('finish', {",
    breaks: ['completed', 'stuck-retried', 'waited-for-turn'].map((way) => `disconnectChannel/${way}`),
  },
  'enrollment: it waits before it looks': {
    file: 'enrollment.ts',
    from: 'const seen = watch.news;',
    to: 'const seen = watch.news;\n      await condition(() => false, 1);',
    breaks: 'enrollment',
  },
  'sessionLifecycle: a session waits for news only': {
    file: 'session-lifecycle.ts',
    from: 'await condition(() => isWanted() || watch.dueMs < plannedMs, waitMs)',
    to: '(await condition(() => isWanted() || watch.dueMs < plannedMs), waitMs > 0)',
    breaks: ['abandoned-and-ended', 'cancelled', 'ended-by-a-person', 'ended-by-time', 'moved-on'].map(
      (way) => `sessionLifecycle/${way}`,
    ),
  },
  'sessionLifecycle: one that turns back says nothing': {
    file: 'session-lifecycle.ts',
    from: "settleSaga({ state: 'failed', reason, step: run.step })",
    to: 'Promise.resolve([settleSaga, reason])',
    breaks: ['sessionLifecycle/cancelled', 'sessionLifecycle/stuck-aborted'],
  },
  'automationWait: it waits for news only': {
    file: 'automation-wait.ts',
    from: 'await condition(() => heard() > seen || isAborted(), lookAgainMs(dueInMs))',
    to: 'await condition(() => heard() > seen || isAborted() || lookAgainMs(dueInMs) < 0)',
    breaks: ['answered', 'cancelled', 'not-meant', 'timed-out', 'told-in-vain'].map((way) => `automationWait/${way}`),
  },
  'broadcast: nobody waits until the audience is frozen': {
    file: 'broadcast.ts',
    from: "await step('freeze', { run: () => freeze(about) });",
    to: 'void freeze;',
    breaks: 'broadcast',
  },
  'broadcastSending: the gateway is not asked for the number’s quota': {
    file: 'broadcast-sending.ts',
    from: 'await readCapping(input).catch(',
    to: 'void readCapping; await Promise.resolve().catch(',
    breaks: 'broadcastSending',
  },
  'broadcastPage: turns are taken without waiting for the number': {
    file: 'broadcast-page.ts',
    from: 'if (nextMs > 0) await sleep(nextMs);',
    to: 'void sleep;',
    breaks: ['broadcastPage/cancelled', 'broadcastPage/paced', 'broadcastPage/paused'],
  },
  'recalculateContactList: nothing is taken back': {
    file: 'recalculate-contact-list.ts',
    from: 'undo: () => revertContactList(input),',
    to: '...(revertContactList && {}),',
    breaks: ['aborted', 'cancelled', 'compensated'].map((way) => `recalculateContactList/${way}`),
  },
  'recalculateDueLists: nothing is begun': {
    file: 'recalculate-due-lists.ts',
    from: 'of await requestDueRecalculations()',
    to: 'of (await requestDueRecalculations()).slice(0, 0)',
    breaks: ['begun', 'under-way'].map((way) => `recalculateDueLists/${way}`),
  },
  'importHistory: the sessions are ended twice': {
    file: 'import-history.ts',
    from: "await step('complete', {",
    to: "await step('again', { run: () => endImportedSessions(input), final: true });\n    await step('complete', {",
    // The others never came to it.
    breaks: ['cancelled-too-late', 'completed', 'stuck-retried'].map((way) => `importHistory/${way}`),
  },
  'importHistoryPart: one that is paused goes on': {
    file: 'import-history-part.ts',
    from: "if (standing === 'paused') await condition(() => changes > seen, lookMs(paused));",
    to: 'void [seen, lookMs];',
    breaks: ['importHistoryPart/paused'],
  },
  'importHistoryPart: the chats are listed where messages are wanted': {
    file: 'import-history-part.ts',
    from: "part === 'chats' ?",
    to: "(part === 'messages' || changes < 0) ?",
    breaks: 'importHistoryPart',
  },
  'refreshCredential: the server is asked twice': {
    file: 'refresh-credential.ts',
    from: "await step('refresh', { run: () => refresh(input) });",
    to: "await step('refresh', { run: () => refresh(input) });\n    await step('again', { run: () => refresh(input) });",
    breaks: ['refreshCredential/completed'],
  },
  'tendCredentials: nothing is refreshed': {
    file: 'tend-credentials.ts',
    from: 'of await findDueRefreshes()',
    to: 'of (await findDueRefreshes()).slice(0, 0)',
    breaks: ['begun', 'under-way'].map((way) => `tendCredentials/${way}`),
  },
  'processOutboxEvents: nothing is drained': {
    file: 'process-outbox-events.ts',
    from: 'return drainOutbox();',
    to: "void drainOutbox;\n  return { outcome: 'drained', relays: 0, sent: 0 };",
    breaks: 'processOutboxEvents',
  },
};

const brokenBy = ({ breaks }: Change): readonly string[] => (typeof breaks === 'string' ? recordedOf(breaks) : breaks);

const workflowsOf = (change: Change): readonly string[] => [
  ...new Set(brokenBy(change).map((name) => name.split('/')[0] ?? '')),
];

type Named = Change & { readonly what: string };
/** Changes that break histories of different workflows are made together: building a bundle is what takes the time. */
function rounds(): readonly (readonly Named[])[] {
  const all: Named[][] = [];
  for (const [what, change] of Object.entries(changes)) {
    const own = workflowsOf(change);
    const isFree = (round: readonly Named[]) =>
      round.every((other) => other.file !== change.file && !workflowsOf(other).some((name) => own.includes(name)));
    const round = all.find(isFree);
    if (round) round.push({ ...change, what });
    else all.push([{ ...change, what }]);
  }
  return all;
}

for (const round of rounds())
  test(`changes that need a version are caught: ${round.map(({ what }) => what).join('; ')}`, async () => {
    const folder = mkdtempSync(path.join(projectDir, '.cache', 'changed-workflows-'));
    try {
      cpSync(path.join(projectDir, 'workflows'), folder, { recursive: true });
      for (const { file, from, to } of round) {
        const code = readFileSync(path.join(folder, file), 'utf8');
        assert.ok(code.includes(from), `${file} has changed: change the test with it`);
        writeFileSync(path.join(folder, file), code.replace(from, to));
      }
      const bundle = await bundleWorkflowCode({
        workflowsPath: path.join(folder, 'index.ts'),
        workflowInterceptorModules: [path.join(folder, 'interceptors.ts')],
        failureConverterPath: dataConverter(config).failureConverterPath ?? '',
        logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
      });
      assert.deepEqual(await replay(bundle), round.flatMap(brokenBy).sort());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

describe('every workflow', () => {
  for (const workflow of Object.keys(workflows)) {
    test(`${workflow} has recorded histories of three ways at least, and a change that breaks some`, () => {
      assert.ok(recordedOf(workflow).length >= 3, `record them: npm run histories -- ${workflow}`);
      const broken = Object.values(changes).flatMap(brokenBy);
      assert.ok(broken.some((name) => name.startsWith(`${workflow}/`)));
    });
  }
  test('no history is of a workflow that is no more', () => {
    const known = new Set(Object.keys(workflows));
    const strange = readHistories().filter(({ workflowId }) => !known.has(workflowId.split('/')[0] ?? ''));
    assert.deepEqual(strange, []);
  });
});
