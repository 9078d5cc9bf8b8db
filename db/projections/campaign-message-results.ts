// Campaign results, second part: one row a message that was sent for a campaign: how far it got, and when its contact first wrote back. Ids and times only.
import type { Tx } from '../transaction.ts';
import { fold, lockRows, type ProjectedEvent, putRows, type ReadModel, type Row } from './read-model.ts';

type MessageResult = Row & {
  readonly message_id: string;
  readonly contact_id: string;
  readonly status: 'queued' | 'sent' | 'delivered' | 'read' | 'failed';
  readonly queued_at: string;
  readonly read_at: string | null;
  readonly replied_at: string | null;
};
/** Something the contact wrote. */
type Reply = { readonly contactId: string; readonly at: string };

/** What a contact writes so long after a message counts as its answer. */
const replyWithinMs = 7 * 24 * 3_600_000;

export const campaignMessageResults: ReadModel = {
  table: 'campaign_result_messages',
  key: 'message_id',
  columns: {
    message_id: 'uuid',
    tenant_id: 'text',
    campaign_id: 'uuid',
    contact_id: 'uuid',
    status: 'text',
    queued_at: 'timestamptz',
    sent_at: 'timestamptz',
    delivered_at: 'timestamptz',
    read_at: 'timestamptz',
    failed_at: 'timestamptz',
    replied_at: 'timestamptz',
  },
  since: 'queued_at',
  make: async (events, tx) => {
    const sent = events.filter(isForCampaign);
    await lockContacts(tx, contactsOf(sent));
    return withReplies(fold(evolve, events), await writtenBefore(tx, sent));
  },
};

/** Takes events of one tenant, each message's in its sequence; passes over what is of no campaign. */
export async function followCampaignMessages(events: readonly ProjectedEvent[], tx: Tx): Promise<void> {
  const own = events.filter(({ aggregateType }) => aggregateType === 'message');
  if (own.length === 0) return;
  // Message and answer are of different aggregates, and may come at once: whoever is second sees the first.
  await lockContacts(tx, contactsOf(own));
  const replies = own.filter(isReply).map(toReply);
  const before = await lockRows<MessageResult>(
    tx,
    campaignMessageResults,
    `message_id = any($2::uuid[]) or (contact_id = any($3::uuid[]) and queued_at > $4::timestamptz)`,
    [...new Set(own.map(({ aggregateId }) => aggregateId))],
    replies.map(({ contactId }) => contactId),
    new Date(Math.min(...replies.map(({ at }) => Date.parse(at)), Date.now()) - replyWithinMs).toISOString(),
  );
  const rows = new Map([...before, ...fold(evolve, own, before)]);
  const answered = withReplies(rows, [...replies, ...(await writtenBefore(tx, own.filter(isForCampaign)))]);
  await putRows(tx, campaignMessageResults, new Map([...answered].filter(([id, row]) => row !== before.get(id))));
}

const isForCampaign = ({ type, data }: ProjectedEvent): boolean =>
  type === 'message.created' && data['fromMe'] === true && typeof data['campaignId'] === 'string';
const isReply = ({ type, data }: ProjectedEvent): boolean => type === 'message.created' && data['fromMe'] === false;
const toReply = ({ data }: ProjectedEvent): Reply => ({
  contactId: String(data['contactId']),
  at: String(data['createdAt']),
});
const contactsOf = (events: readonly ProjectedEvent[]): string[] => [
  ...new Set(
    events.filter((event) => isForCampaign(event) || isReply(event)).map(({ data }) => String(data['contactId'])),
  ),
];

/** Until the end of the transaction; in one order, so that two batches don't wait for each other. */
async function lockContacts(tx: Tx, contactIds: readonly string[]): Promise<void> {
  if (contactIds.length > 0)
    await tx.query(
      `select pg_advisory_xact_lock(hashtextextended('campaign replies ' || id, 0)) from (
         select id from unnest($1::text[]) as given (id) order by id) sorted`,
      [contactIds],
    );
}

/** What the contacts of these messages have written since: its events may have come before, and are told by nobody again. */
async function writtenBefore(tx: Tx, sent: readonly ProjectedEvent[]): Promise<Reply[]> {
  if (sent.length === 0) return [];
  const { rows } = await tx.query<{ contact_id: string; at: Date }>(
    `select distinct on (sent.id) message.contact_id, message.created_at as at
     from jsonb_to_recordset($2::jsonb) as sent (id uuid, contact_id uuid, at timestamptz)
     join messages message on message.tenant_id = $1 and message.contact_id = sent.contact_id and not message.from_me and message.created_at > sent.at
     order by sent.id, message.created_at`,
    [
      tx.tenantId,
      JSON.stringify(
        sent.map(({ aggregateId: id, data }) => ({ id, contact_id: data['contactId'], at: data['createdAt'] })),
      ),
    ],
  );
  return rows.map(({ contact_id: contactId, at }) => ({ contactId, at: at.toISOString() }));
}

/** Each row with the first answer of its contact. */
function withReplies(rows: ReadonlyMap<string, MessageResult>, replies: readonly Reply[]): Map<string, MessageResult> {
  const by = new Map<string, number[]>();
  for (const { contactId, at } of replies) by.set(contactId, [...(by.get(contactId) ?? []), Date.parse(at)]);
  const answered = (row: MessageResult): MessageResult => {
    const sentAt = Date.parse(row.queued_at);
    const known = row.replied_at === null ? Number.POSITIVE_INFINITY : Date.parse(row.replied_at);
    const inTime = (by.get(row.contact_id) ?? []).filter((at) => at > sentAt && at <= sentAt + replyWithinMs);
    const first = Math.min(known, ...inTime);
    return first < known ? { ...row, replied_at: new Date(first).toISOString() } : row;
  };
  return new Map([...rows].map(([id, row]) => [id, answered(row)]));
}

function evolve(row: MessageResult | undefined, event: ProjectedEvent): MessageResult | undefined {
  const { type, aggregateId, tenantId, data } = event;
  if (isForCampaign(event))
    return {
      message_id: aggregateId,
      tenant_id: tenantId,
      campaign_id: data['campaignId'],
      contact_id: String(data['contactId']),
      status: 'queued',
      queued_at: String(data['createdAt']),
      sent_at: null,
      delivered_at: null,
      read_at: null,
      failed_at: null,
      replied_at: null,
    };
  if (!row) return undefined;
  switch (type) {
    case 'message.sent':
      return { ...row, status: 'sent', sent_at: data['sentAt'], failed_at: null };
    case 'message.delivered':
      return { ...row, status: 'delivered', delivered_at: data['deliveredAt'], failed_at: null };
    case 'message.read':
      return { ...row, status: 'read', read_at: String(data['readAt']), failed_at: null };
    case 'message.played':
      return { ...row, status: 'read', read_at: row.read_at ?? String(data['playedAt']), failed_at: null };
    case 'message.failed':
      return { ...row, status: 'failed', failed_at: data['failedAt'] };
    default:
      return row;
  }
}
