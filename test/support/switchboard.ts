// Faults for activities, by workflow and activity: one worker can run many sagas at once, each with trouble of its own.
import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

/** Takes the place of an activity's call; `attempt` counts from 1. */
export type Fault = (call: () => Promise<unknown>, attempt: number) => Promise<unknown>;

/** Where faults are put in. */
export type Switchboard = {
  /** Wraps activities; those without a fault run as they are. */
  readonly wrap: <A extends object>(activities: A) => A;
  readonly put: (workflowId: string, activity: string, fault: Fault) => void;
  readonly clear: (workflowId: string, activity: string) => void;
  /** The same for workflows whose ids are not known yet: one fault an activity. */
  readonly putAll: (activity: string, isMeant: (workflowId: string) => boolean, fault: Fault) => void;
  readonly clearAll: (activity: string) => void;
  /** The activities called for a workflow, each attempt of its own. */
  readonly calls: (workflowId: string) => readonly string[];
  /** The activities of a workflow that run right now. */
  readonly running: (workflowId: string) => readonly string[];
};

/** Makes one. */
export function createSwitchboard(): Switchboard {
  const faults = new Map<string, Fault>();
  const forAll = new Map<string, { readonly isMeant: (workflowId: string) => boolean; readonly fault: Fault }>();
  const calls = new Map<string, string[]>();
  const running = new Set<{ readonly workflowId: string; readonly name: string }>();
  const key = (workflowId: string, activity: string): string => `${workflowId} ${activity}`;
  const around = async (name: string, call: () => Promise<unknown>): Promise<unknown> => {
    const { workflowExecution, attempt } = activityInfo();
    const workflowId = workflowExecution?.workflowId ?? '';
    calls.set(workflowId, [...(calls.get(workflowId) ?? []), name]);
    const meant = forAll.get(name);
    const fault = faults.get(key(workflowId, name)) ?? (meant?.isMeant(workflowId) ? meant.fault : undefined);
    const entry = { workflowId, name };
    running.add(entry);
    try {
      return await (fault ? fault(call, attempt) : call());
    } finally {
      running.delete(entry);
    }
  };
  return {
    wrap: (activities) =>
      Object.fromEntries(
        Object.entries(activities).map(([name, activity]) => [
          name,
          (...args: unknown[]) => around(name, () => activity(...args)),
        ]),
      ) as typeof activities,
    put: (workflowId, activity, fault) => faults.set(key(workflowId, activity), fault),
    clear: (workflowId, activity) => faults.delete(key(workflowId, activity)),
    putAll: (activity, isMeant, fault) => forAll.set(activity, { isMeant, fault }),
    clearAll: (activity) => forAll.delete(activity),
    calls: (workflowId) => calls.get(workflowId) ?? [],
    running: (workflowId) => [...running].filter((entry) => entry.workflowId === workflowId).map(({ name }) => name),
  };
}

/** A failure that is worth retrying, at once: what is tested is what comes after the retries, not their waiting. */
export const trouble = (type = 'internal'): ApplicationFailure =>
  ApplicationFailure.create({ message: 'The test says no.', type, nextRetryDelay: '1 millisecond' });

/** Fails for good, without any effect. */
export const failsForGood: Fault = () => {
  throw ApplicationFailure.create({ message: 'The test forbids it.', type: 'rule_violated', nonRetryable: true });
};

/** Fails each time while `isBroken` says so (default: always), without any effect. */
export const fails =
  (isBroken: (attempt: number) => boolean = () => true, type?: string): Fault =>
  (call, attempt) => {
    if (isBroken(attempt)) throw trouble(type);
    return call();
  };

/** Takes effect, but its answer is lost while `isLost` says so. */
export const losesAnswer =
  (isLost: (attempt: number) => boolean): Fault =>
  async (call, attempt) => {
    const answer = await call();
    if (isLost(attempt)) throw trouble();
    return answer;
  };

/** A gate that an activity stands still at: `reached` tells that it got there, `open` lets it go on. */
export type Gate = { readonly reached: Promise<void>; readonly open: () => void; readonly fault: Fault };

/** Makes a gate before the effect, or after it and before its answer. */
export function gate(where: 'before' | 'after'): Gate {
  let arrive = (): void => {};
  let open = (): void => {};
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const stand = (): Promise<void> => {
    arrive();
    return opened;
  };
  return {
    reached,
    open,
    async fault(call) {
      if (where === 'before') await stand();
      const answer = await call();
      if (where === 'after') await stand();
      return answer;
    },
  };
}
