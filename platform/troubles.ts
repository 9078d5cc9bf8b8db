// Troubles that last are tried again many times a minute: each is told once for each of its reasons, and once more when it is over.

/** What a process has trouble with just now, by name. */
export type Troubles = {
  /** `tell` is called when this trouble has not given this reason since it began. */
  readonly has: (name: string, reason: string, tell: () => void) => void;
  /** `tell` is called when the trouble was there. */
  readonly over: (name: string, tell?: () => void) => void;
  readonly any: () => boolean;
};

/** So many reasons are told; one that always says something else would be told for ever. */
const maxReasons = 5;

/** Begins without any. */
export function createTroubles(): Troubles {
  const reasons = new Map<string, Set<string>>();
  return {
    has: (name, reason, tell) => {
      const told = reasons.get(name) ?? new Set();
      reasons.set(name, told);
      if (told.has(reason) || told.size >= maxReasons) return;
      told.add(reason);
      tell();
    },
    over: (name, tell) => {
      if (reasons.delete(name)) tell?.();
    },
    any: () => reasons.size > 0,
  };
}

/** What an error says, to tell one reason from another. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
