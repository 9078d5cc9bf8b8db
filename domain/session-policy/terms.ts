// After how long what happens to a session. Whole seconds; null: never.

/** The terms of a policy. What each waits for is said by domain/session/next-due.ts. */
export type SessionTerms = {
  /** Nobody wrote for that long: the session ends. */
  readonly inactivitySeconds: number | null;
  /** Nobody wrote for that long, and nothing was settled: the contact has left. */
  readonly abandonSeconds: number | null;
  /** The contact waits for an answer that long: the session is passed up. */
  readonly escalateSeconds: number | null;
  /** The contact waits for the session's agent that long: somebody else gets it. */
  readonly reassignSeconds: number | null;
  /** A session that is nobody's is given to whoever has the fewest. */
  readonly autoAssign: boolean;
};

/** Where neither the channel nor its project says otherwise. */
export const defaultTerms: SessionTerms = {
  inactivitySeconds: 1_800,
  abandonSeconds: null,
  escalateSeconds: null,
  reassignSeconds: null,
  autoAssign: false,
};
