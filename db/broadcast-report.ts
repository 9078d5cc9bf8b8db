// The report of a broadcast: a line for each recipient, read page by page, so that it can be as long as it is.
import type { Pool } from './pool.ts';
import { inTenant } from './transaction.ts';

/** The columns, in their order. Who a contact is stands in the contact: a file that is handed on holds ids only. */
const columns = [
  'recipientId',
  'contactId',
  'status',
  'reason',
  'attempt',
  'messageId',
  'messageStatus',
  'begunAt',
  'settledAt',
] as const;
type Line = Readonly<Record<(typeof columns)[number], string | number | Date | null>>;

const pageSize = 1_000;

/** Gives the CSV (RFC 4180) piece by piece. */
export async function* broadcastReport(pool: Pool, tenantId: string, broadcastId: string): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`;
  let after: string | null = null;
  for (;;) {
    const from: string | null = after;
    // A transaction a page: whoever reads slowly holds nothing up.
    const { rows }: { rows: Line[] } = await inTenant(pool, tenantId, (tx) =>
      tx.query<Line>(
        `select recipient.id as "recipientId", recipient.contact_id as "contactId", recipient.status, recipient.reason, recipient.attempt,
           recipient.message_id as "messageId", message.status as "messageStatus", recipient.begun_at as "begunAt", recipient.settled_at as "settledAt"
         from broadcast_recipients recipient
         left join messages message on message.tenant_id = recipient.tenant_id and message.id = recipient.message_id
         where recipient.tenant_id = $1 and recipient.broadcast_id = $2 and ($3::uuid is null or recipient.id > $3)
         order by recipient.id limit $4`,
        [tenantId, broadcastId, from, pageSize],
      ),
    );
    if (rows.length > 0)
      yield rows.map((row) => `${columns.map((column) => cell(row[column])).join(',')}\r\n`).join('');
    if (rows.length < pageSize) return;
    after = String(rows.at(-1)?.recipientId);
  }
}

function cell(value: Line[keyof Line]): string {
  const text = value instanceof Date ? value.toISOString() : String(value ?? '');
  // A spreadsheet would take such a text for a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
