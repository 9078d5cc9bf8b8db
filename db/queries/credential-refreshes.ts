// Lists the refreshes of a credential and what came of them.
import { and, desc, eq, sql } from 'drizzle-orm';
import { credentialRefreshes } from '../schema/credentials.ts';
import type { Tx } from '../transaction.ts';
import { ofTenant } from './conditions.ts';
import { isoMicros } from './iso-text.ts';
import { decodeCursor, type Page, type PageRequest, toPage } from './page.ts';

/** One refresh. Times are ISO 8601; `outcome` null: it is under way. */
export type RefreshView = {
  readonly id: string;
  readonly requestedAt: string;
  readonly attempts: number;
  readonly endedAt: string | null;
  readonly outcome: string | null;
};

/** A page of them, the latest first. */
export async function listRefreshes(
  tx: Tx,
  credentialId: string,
  { limit, cursor }: PageRequest,
): Promise<Page<RefreshView>> {
  const [time, id] = cursor === undefined ? [] : decodeCursor(cursor, ['time', 'uuid']);
  const { requestedAt, endedAt, attempts, outcome } = credentialRefreshes;
  const rows: RefreshView[] = await tx.db
    .select({
      id: credentialRefreshes.id,
      requestedAt: isoMicros<string>(requestedAt),
      attempts,
      endedAt: isoMicros<string | null>(endedAt),
      outcome,
    })
    .from(credentialRefreshes)
    .where(
      and(
        ofTenant(tx, credentialRefreshes),
        eq(credentialRefreshes.credentialId, credentialId),
        time === undefined
          ? undefined
          : sql`(${requestedAt}, ${credentialRefreshes.id}) < (${time}::timestamptz, ${id}::uuid)`,
      ),
    )
    .orderBy(desc(requestedAt), desc(credentialRefreshes.id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.requestedAt, row.id]);
}
