// Lists the recalculations of a contact list with their progress.
import { and, desc, eq, sql } from 'drizzle-orm';
import { contactListRuns } from '../schema/contact-lists.ts';
import type { Tx } from '../transaction.ts';
import { ofTenant } from './conditions.ts';
import { isoMicros } from './iso-text.ts';
import { decodeCursor, type Page, type PageRequest, toPage } from './page.ts';

/** One recalculation. Times are ISO 8601; `outcome` null: it is under way. */
export type ListRunView = {
  readonly id: string;
  readonly requestedAt: string;
  readonly toChange: number | null;
  readonly changed: number;
  readonly endedAt: string | null;
  readonly outcome: string | null;
};

/** A page of them, the latest first. */
export async function listListRuns(tx: Tx, listId: string, { limit, cursor }: PageRequest): Promise<Page<ListRunView>> {
  const [time, id] = cursor === undefined ? [] : decodeCursor(cursor, ['time', 'uuid']);
  const { requestedAt, endedAt, toChange, changed, outcome } = contactListRuns;
  const rows: ListRunView[] = await tx.db
    .select({
      id: contactListRuns.id,
      requestedAt: isoMicros<string>(requestedAt),
      toChange,
      changed,
      endedAt: isoMicros<string | null>(endedAt),
      outcome,
    })
    .from(contactListRuns)
    .where(
      and(
        ofTenant(tx, contactListRuns),
        eq(contactListRuns.listId, listId),
        time === undefined
          ? undefined
          : sql`(${requestedAt}, ${contactListRuns.id}) < (${time}::timestamptz, ${id}::uuid)`,
      ),
    )
    .orderBy(desc(requestedAt), desc(contactListRuns.id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.requestedAt, row.id]);
}
