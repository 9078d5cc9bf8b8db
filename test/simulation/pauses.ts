// Who is paused in a simulated world, by an operator or for a rebuild; and whether a paused consumer keeps still once all its processes have noticed.
import type { Owner } from './scheduler.ts';

/** Why a consumer is paused. */
type Cause = 'operator' | 'rebuild';

/** The pauses. */
export type Pauses = ReturnType<typeof createPauses>;

/** Makes them. `effects`: how many a consumer has made. */
export function createPauses(effects: (consumer: string) => number, living: () => readonly Owner[]) {
  const paused = new Map<string, Set<Cause>>();
  const listeners = new Map<Owner, () => void>();
  /** By consumer: which processes have nothing of it under way any more. */
  const still = new Map<string, Set<Owner>>();
  const countAtRest = new Map<string, number>();
  const broken: string[] = [];
  const isPaused = (consumer: string): boolean => (paused.get(consumer)?.size ?? 0) > 0;
  const tell = (): void => {
    for (const [owner, listener] of listeners)
      if (owner.alive) listener();
      else listeners.delete(owner);
  };
  return {
    isPaused,
    broken,
    pause: (consumer: string, cause: Cause): void => {
      if (!isPaused(consumer)) {
        still.set(consumer, new Set());
        countAtRest.delete(consumer);
      }
      paused.set(consumer, (paused.get(consumer) ?? new Set()).add(cause));
      tell();
    },
    resume: (consumer: string, cause: Cause): void => {
      if (!isPaused(consumer)) return;
      paused.get(consumer)?.delete(cause);
      const before = countAtRest.get(consumer);
      if (before !== undefined && effects(consumer) > before)
        broken.push(`${consumer} went on while it was paused, from ${before} effects to ${effects(consumer)}`);
      if (!isPaused(consumer)) tell();
    },
    /** A process has noticed, and all that it was at is over. */
    noticed: (consumer: string, owner: Owner): void => {
      const noticed = still.get(consumer)?.add(owner);
      if (isPaused(consumer) && living().every((one) => noticed?.has(one)) && !countAtRest.has(consumer))
        countAtRest.set(consumer, effects(consumer));
    },
    follow: (owner: Owner, listener: () => void): void => void listeners.set(owner, listener),
  };
}
