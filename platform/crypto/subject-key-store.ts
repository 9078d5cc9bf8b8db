// The port through which subject keys are stored. Every call runs inside the given transaction, as the tenant it is for.

/** A stored key; `wrapped` null: destroyed (the row stays, so that no new key is ever made for an erased subject). */
export type SubjectKeyRow = { readonly subjectId: string; readonly wrapped: string | null };

/** What the database has to offer. `Tx` is whatever stands for an open transaction. */
export type SubjectKeyStore<Tx> = {
  /** The tenant's wrapped key, undefined if it has none. */
  loadTenantKey(tx: Tx, tenantId: string): Promise<string | undefined>;
  /** Stores it unless the tenant has one (ON CONFLICT DO NOTHING). Returns whether it was stored. */
  insertTenantKey(tx: Tx, tenantId: string, wrapped: string): Promise<boolean>;
  /** The rows of those subjects that have one, destroyed ones included. One query; `subjectIds` holds no doubles. */
  loadSubjectKeys(tx: Tx, tenantId: string, subjectIds: readonly string[]): Promise<readonly SubjectKeyRow[]>;
  /**
   * Stores each key whose subject has no row yet and returns the rows there are afterwards, own and older, in one statement
   * (INSERT … ON CONFLICT DO NOTHING RETURNING, UNION ALL SELECT). Rows that another transaction committed while the statement
   * waited for it are outside its snapshot and may be absent: they are asked for again with loadSubjectKeys.
   * `keys` come sorted by subject and must be inserted in that order.
   */
  insertSubjectKeys(
    tx: Tx,
    tenantId: string,
    keys: readonly { readonly subjectId: string; readonly wrapped: string }[],
  ): Promise<readonly SubjectKeyRow[]>;
  /** Destroys the keys of those subjects for good, also of those that have none yet: the rows stay, without a key. */
  destroySubjectKeys(tx: Tx, tenantId: string, subjectIds: readonly string[]): Promise<void>;
};
