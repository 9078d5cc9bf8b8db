// Lists the waiting of an automation, what waits and what came of it.
import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { automationWaits } from '../schema/automation-waits.ts';
import type { Tx } from '../transaction.ts';
import { equal, ofTenant } from './conditions.ts';
import { isoMicros } from './iso-text.ts';
import { decodeCursor, type Page, type PageRequest, toPage } from './page.ts';

/** One waiting. Times are ISO 8601; `outcome` null: it waits. */
export type WaitView = {
  readonly id: string;
  readonly automationId: string;
  readonly eventId: string;
  readonly contactId: string | null;
  readonly sessionId: string | null;
  readonly channelId: string | null;
  readonly beganAt: string;
  readonly dueAt: string;
  readonly endedAt: string | null;
  readonly outcome: string | null;
};

/** What the list is of. */
export type WaitFilter = Omit<PageRequest, 'cursor'> & {
  readonly cursor?: string | undefined;
  readonly automationId: string;
  readonly open?: 'true' | 'false' | undefined;
  readonly contactId?: string | undefined;
};

const columns = {
  id: automationWaits.id,
  automationId: automationWaits.automationId,
  eventId: automationWaits.eventId,
  contactId: automationWaits.contactId,
  sessionId: automationWaits.sessionId,
  channelId: automationWaits.channelId,
  beganAt: isoMicros<string>(automationWaits.beganAt),
  dueAt: isoMicros<string>(automationWaits.dueAt),
  endedAt: isoMicros<string | null>(automationWaits.endedAt),
  outcome: automationWaits.outcome,
};

/** A page of them, the latest beginning first. */
export async function listWaits(
  tx: Tx,
  { automationId, open, contactId, limit, cursor }: WaitFilter,
): Promise<Page<WaitView>> {
  const [time, id] = cursor === undefined ? [] : decodeCursor(cursor, ['time', 'uuid']);
  const { beganAt, endedAt } = automationWaits;
  const rows: WaitView[] = await tx.db
    .select(columns)
    .from(automationWaits)
    .where(
      and(
        ofTenant(tx, automationWaits),
        eq(automationWaits.automationId, automationId),
        equal(automationWaits.contactId, contactId),
        open === undefined ? undefined : open === 'true' ? isNull(endedAt) : isNotNull(endedAt),
        time === undefined ? undefined : sql`(${beganAt}, ${automationWaits.id}) < (${time}::timestamptz, ${id}::uuid)`,
      ),
    )
    .orderBy(desc(beganAt), desc(automationWaits.id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.beganAt, row.id]);
}
