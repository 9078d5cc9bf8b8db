// One thread for a whole world: every call of a port, every timer and every message waits here until it is picked, in any order or in the order it came.
// Not fast-check's scheduler: that one picks among promises, and knows neither a clock that jumps to the next timer nor an owner whose tasks die or sleep
// with it; the crash points need the oldest task first, and a call's number to die at.
import type { Random } from './random.ts';

/** A process of the simulated world. Nothing of a dead one ever goes on; nothing of a paused one does before it is woken. */
export type Owner = { readonly name: string; alive: boolean; paused: boolean };

/** Where a call is: on its way (nothing happened yet), or on its way back (it happened, and nobody knows). */
export type Phase = 'before' | 'after';

/** The world's thread. `owner` null: the network, the database, the broker, which do not die. */
export type Scheduler = {
  readonly random: Random;
  readonly now: () => number;
  readonly advance: (ms: number) => void;
  /** Picked some time later. */
  readonly soon: (owner: Owner | null, run: () => void) => void;
  /** Picked when the clock has come that far; gives the cancellation. */
  readonly after: (owner: Owner | null, ms: number, run: () => void) => () => void;
  /** A call of a port: there, the effect, and back. A crash may come before or after the effect. `carrier` null: once sent, it arrives whatever becomes of the owner. */
  readonly call: <T>(owner: Owner, effect: () => T | Promise<T>, carrier?: Owner | null) => Promise<T>;
  /** Runs what waits until `isDone`, or until `maxTurns` are over: then false. `onTurn` may meddle. */
  readonly run: (isDone: () => boolean, maxTurns: number, onTurn?: () => void) => Promise<boolean>;
  readonly calls: () => number;
  /** A loop never let others have their turn: a real process would hang. */
  readonly isSpinning: () => boolean;
};

/** How it picks: by chance, or the oldest first. `crash` is asked at each phase of each call, by the call's number, and kills by itself. */
export type SchedulerOptions = {
  readonly random: Random;
  readonly inOrder: boolean;
  readonly crash?: (call: number, phase: Phase, owner: Owner) => void;
};

type Task = { readonly owner: Owner | null; readonly run: () => void };
type Timer = Task & { readonly at: number };

/** Promises settle in microtasks; so many turns let most chains run to their next call. What is left goes on a pick later, which is one more interleaving. */
const settleTurns = 14;

/** So often a process may look at the clock in one turn. */
const spinLimit = 10_000;

/** Makes one. */
export function createScheduler({ random, inOrder, crash }: SchedulerOptions): Scheduler {
  const tasks: Task[] = [];
  const timers = new Set<Timer>();
  let clock = 0;
  let calls = 0;
  let asked = 0;
  let isSpinning = false;

  const wake = (): void => {
    for (const timer of timers) {
      if (timer.at > clock) continue;
      timers.delete(timer);
      tasks.push(timer);
    }
  };
  const advance = (ms: number): void => {
    clock += ms;
    wake();
  };
  const remove = (index: number): void => {
    const last = tasks.length - 1;
    if (inOrder) tasks.splice(index, 1);
    else {
      const moved = tasks.pop();
      if (moved && index < last) tasks[index] = moved;
    }
  };
  /** Removes and gives one that may run. */
  const pick = (): Task | undefined => {
    let index = inOrder ? 0 : Math.floor(random() * tasks.length);
    for (let left = tasks.length; left > 0; left -= 1) {
      const task = tasks[index < tasks.length ? index : 0];
      if (!task) return undefined;
      if (index >= tasks.length) index = 0;
      if (task.owner?.alive !== false && task.owner?.paused) index += 1;
      else {
        remove(index);
        if (task.owner?.alive !== false) return task;
      }
    }
    return undefined;
  };
  /** To the next timer, when nothing else can happen. */
  const sleep = (): boolean => {
    let next = Number.POSITIVE_INFINITY;
    for (const timer of timers) {
      if (timer.owner?.alive === false) timers.delete(timer);
      else if (!timer.owner?.paused) next = Math.min(next, timer.at);
    }
    if (next === Number.POSITIVE_INFINITY) return false;
    clock = Math.max(clock, next);
    wake();
    return true;
  };
  const soon = (owner: Owner | null, run: () => void): void => {
    tasks.push({ owner, run });
  };

  return {
    random,
    now: () => {
      asked += 1;
      if (asked > spinLimit) {
        isSpinning = true;
        throw new Error('It goes round without ever letting go.');
      }
      return clock;
    },
    isSpinning: () => isSpinning,
    advance,
    soon,
    after: (owner, ms, run) => {
      const timer = { owner, run, at: clock + Math.max(0, ms) };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    call: (owner, effect, carrier = owner) =>
      new Promise((resolve, reject) => {
        soon(carrier, () => {
          const number = calls;
          calls += 1;
          crash?.(number, 'before', owner);
          if (carrier?.alive === false) return;
          const back = (answer: () => void): void => {
            crash?.(number, 'after', owner);
            if (owner.alive) soon(owner, answer);
          };
          try {
            const result = effect();
            if (result instanceof Promise)
              result.then(
                (value) => back(() => resolve(value)),
                (error: unknown) => back(() => reject(error)),
              );
            else back(() => resolve(result));
          } catch (error) {
            back(() => reject(error));
          }
        });
      }),
    run: async (isDone, maxTurns, onTurn) => {
      for (let turn = 0; turn < maxTurns; turn += 1) {
        let task = pick();
        if (!task && !isDone()) {
          // Nothing can go on, unless a chain of promises is longer than was waited for.
          await new Promise((resolve) => setImmediate(resolve));
          task = pick();
          if (!task && !sleep()) return false;
        }
        asked = 0;
        task?.run();
        for (let settled = 0; settled < settleTurns; settled += 1) await Promise.resolve();
        onTurn?.();
        if (isDone()) return true;
      }
      return isDone();
    },
    calls: () => calls,
  };
}
