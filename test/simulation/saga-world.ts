// One run of a saga in the sandbox, with the parts of server and worker played here: workflow tasks that are committed, refused or lost with their worker.
import { defaultPayloadConverter } from '@temporalio/common';
import type { coresdk } from '@temporalio/proto';
import { type StepContext, sagaHeader, sagaSignals, workflowNames } from '../../workflows/names.ts';
import { createSagaDatabase, Refusal, type SagaDatabase } from './saga-database.ts';
import type { Instance, Sandbox } from './saga-sandbox.ts';

type Job = coresdk.workflow_activation.IWorkflowActivationJob;

/**
 * What becomes of one run of an activity. `exhausted`: all its attempts fail; `lost`: it takes effect, but no answer ever comes; `refused`: it fails
 * for good; `dies before`, `dies after`: the worker does, before or after the effect; `comes late`: the worker is taken for dead, and what it began
 * is committed three activities later, or at the very end.
 */
export type Fate = 'exhausted' | 'lost' | 'refused' | 'dies before' | 'dies after' | 'comes late';

/** Somebody stops the saga while an activity runs: before or after its effect; heard at once, or with the next workflow task. */
export type Stop = {
  readonly what: 'cancel' | 'abort';
  readonly phase: 'before' | 'after';
  readonly heard: 'at once' | 'late';
};

/** What goes wrong, by the number of the activity's run, and what an operator does when the saga is stuck; `wait`: lets its timers run out. */
export type Plan = {
  readonly together: boolean;
  readonly fates: ReadonlyMap<number, Fate>;
  readonly stops: ReadonlyMap<number, Stop>;
  readonly operator: 'retry' | 'skip' | 'abort' | 'wait';
  readonly wrongDatabase?: boolean;
};

/** How it went. */
export type SagaResult = {
  readonly database: SagaDatabase;
  readonly end: 'completed' | 'failed' | 'cancelled';
  readonly runs: number;
  /** The activities that ran, in order; `!` after those that were not simply ok. */
  readonly ran: readonly string[];
};

type Pending = { readonly activity: string; readonly context: StepContext; readonly args: readonly unknown[] };
type Live = {
  readonly instance: Instance;
  readonly pending: Map<number, Pending>;
  readonly timers: Map<number, number>;
  end: SagaResult['end'] | undefined;
};

/** Tried until they work: they may lose answers, but never fail in the end. */
const untilWritten = new Set(['sealSaga', 'settleInbound', 'noteSkip']);

const payload = (value: unknown) => defaultPayloadConverter.toPayload(value);
const input = { tenantId: 'tenant', rawEventId: 'raw', channelId: 'channel', correlationId: 'correlation' };
const startJob: Job = {
  initializeWorkflow: {
    workflowType: workflowNames.processInboundMessage,
    workflowId: 'saga',
    arguments: [payload(input)],
    headers: {},
    attempt: 1,
  },
};
const maxRuns = 150;

/** Runs it to its end. */
export async function runSagaWorld(sandbox: Sandbox, plan: Plan): Promise<SagaResult> {
  const database = createSagaDatabase(plan.together, plan.wrongDatabase);
  const history: (readonly Job[])[] = [];
  const patches = new Set<string>();
  let inbox: Job[] = [startJob];
  let open: (readonly Job[])[] = [];
  let live: Live | undefined;
  let runs = 0;
  let operated = 0;
  const ran: string[] = [];
  const late: { readonly due: number; readonly one: Pending }[] = [];

  const activate = async (one: Live, jobs: readonly Job[], isReplaying: boolean): Promise<void> => {
    for (const command of await one.instance.activate(jobs, isReplaying)) {
      const local = command.scheduleLocalActivity;
      if (local) {
        const header = local.headers?.[sagaHeader];
        one.pending.set(local.seq ?? 0, {
          activity: local.activityType ?? '',
          context: header ? defaultPayloadConverter.fromPayload<StepContext>(header) : ({} as StepContext),
          args: (local.arguments ?? []).map((arg) => defaultPayloadConverter.fromPayload(arg)),
        });
      } else if (command.startTimer) {
        const { seq, startToFireTimeout } = command.startTimer;
        one.timers.set(seq ?? 0, Number(startToFireTimeout?.seconds ?? 0));
      } else if (command.cancelTimer) one.timers.delete(command.cancelTimer.seq ?? 0);
      else if (command.setPatchMarker) patches.add(command.setPatchMarker.patchId ?? '');
      else if (command.completeWorkflowExecution) one.end = 'completed';
      else if (command.failWorkflowExecution) one.end = 'failed';
      else if (command.cancelWorkflowExecution) one.end = 'cancelled';
    }
    for (const { fireTimer } of jobs) if (fireTimer) one.timers.delete(fireTimer.seq ?? 0);
    for (const { resolveActivity } of jobs) if (resolveActivity) one.pending.delete(resolveActivity.seq ?? 0);
  };
  /** Another worker takes it up from what the server knows. */
  const replay = async (): Promise<Live> => {
    const instance = await sandbox(workflowNames.processInboundMessage);
    const one: Live = { instance, pending: new Map(), timers: new Map(), end: undefined };
    const known = history.length > 0 ? [...patches].map((patchId): Job => ({ notifyHasPatch: { patchId } })) : [];
    for (const [index, jobs] of history.entries()) await activate(one, index === 0 ? [...known, ...jobs] : jobs, true);
    return one;
  };
  /** What was not committed never happened, but for what came from outside: that comes again. */
  const drop = async (): Promise<void> => {
    const again = open.flat().filter((job) => !job.resolveActivity);
    inbox = [...again, ...inbox];
    open = [];
    await live?.instance.dispose();
    live = undefined;
  };
  /** Of what comes late nobody hears, not even its refusal. */
  const arrive = (now: number): void => {
    for (let next = late[0]; next && next.due <= now; next = late[0]) {
      perform(database, undefined, next.one);
      late.shift();
    }
  };
  const commit = (): void => {
    history.push(...open);
    open = [];
  };
  const hear = async (one: Live): Promise<void> => {
    if (inbox.length === 0) return;
    const jobs = inbox;
    inbox = [];
    open.push(jobs);
    await activate(one, jobs, false);
  };
  const stopBy = async (one: Live, stop: Stop | undefined, phase: Stop['phase']): Promise<void> => {
    if (stop?.phase !== phase) return;
    inbox.push(
      stop.what === 'cancel'
        ? { cancelWorkflow: { reason: '' } }
        : { signalWorkflow: { signalName: sagaSignals.abort, input: [] } },
    );
    if (stop.heard === 'late') return;
    // A workflow task that takes long is committed in between, and hears of what is new.
    commit();
    await hear(one);
  };

  for (;;) {
    live ??= await replay();
    if (runs > maxRuns) throw new Error('rest: it never ends');
    await hear(live);
    const [next] = live.pending;
    if (next) {
      const [seq, { activity, context, args }] = next;
      const number = runs;
      runs += 1;
      arrive(runs);
      const fate = plan.fates.get(number);
      const stop = plan.stops.get(number);
      ran.push(`${activity}${fate ? ` ${fate}` : ''}${stop ? ` ${stop.what} ${stop.phase} ${stop.heard}` : ''}`);
      await stopBy(live, stop, 'before');
      if (fate === 'dies before' || fate === 'comes late') {
        if (fate === 'comes late') late.push({ due: runs + 3, one: { activity, context, args } });
        await drop();
        continue;
      }
      const result = perform(database, fate, { activity, context, args });
      if (fate === 'dies after') {
        await drop();
        continue;
      }
      await stopBy(live, stop, 'after');
      const resolved: Job[] = [{ resolveActivity: { seq, isLocal: true, result } }];
      open.push(resolved);
      await activate(live, resolved, false);
      continue;
    }
    if (live.end) {
      // The server takes no last word from a workflow that has not heard everything.
      if (inbox.length > 0) {
        await drop();
        continue;
      }
      await live.instance.dispose();
      arrive(Number.POSITIVE_INFINITY);
      return { database, end: live.end, runs, ran };
    }
    commit();
    if (inbox.length > 0) continue;
    // It stands still: an operator comes, or time passes.
    operated += 1;
    const timers = [...live.timers].sort(([, one], [, other]) => one - other);
    const [first] = timers;
    if (plan.operator === 'wait' && first) inbox.push({ fireTimer: { seq: first[0] } });
    else {
      const signalName = operated === 1 && plan.operator !== 'wait' ? plan.operator : 'retry';
      inbox.push({ signalWorkflow: { signalName, input: [] } });
    }
  }
}

function perform(
  database: SagaDatabase,
  fate: Fate | undefined,
  { activity, context, args }: Pending,
): coresdk.activity_result.IActivityResolution {
  const failed = (type: string, nonRetryable: boolean) => ({
    failed: {
      failure: {
        message: 'Activity task failed',
        activityFailureInfo: { activityType: { name: activity }, activityId: '1' },
        cause: { message: 'no', applicationFailureInfo: { type, nonRetryable } },
      },
    },
  });
  try {
    if (untilWritten.has(activity)) {
      if (fate === 'lost') database.run(activity, context, args);
      return { completed: { result: payload(database.run(activity, context, args)) } };
    }
    if (fate === 'refused') throw new Refusal('no');
    if (fate === 'exhausted') return failed('internal', false);
    const result = database.run(activity, context, args);
    if (fate === 'lost') return failed('internal', false);
    return { completed: { result: payload(result) } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return failed('rule_violated', true);
  }
}
