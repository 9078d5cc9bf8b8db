// What imports of the same past have made in a database, as rows without ids and moments of storing: two that went differently must have made the same.
import type { Client } from 'pg';

/** A digest of each kind of row, and how many there are. */
export type ImportPicture = Readonly<Record<string, { readonly rows: number; readonly digest: string }>>;

const pictures: Readonly<Record<string, string>> = {
  messages: `select message.channel_message_id, message.from_me, message.status, message.message_type, message.sent_at, message.source, message.arrival,
      session.first_message_at, session.last_message_at, row_number() over (partition by message.chat_id order by message.arrival, message.id) as place
    from messages message left join sessions session on session.tenant_id = message.tenant_id and session.id = message.session_id
    where message.channel_id = $1 and message.discarded_at is null`,
  sessions: `select status, end_reason, message_count, contact_message_count, own_message_count, first_message_at, last_message_at, started_at, ended_at
    from sessions where channel_id = $1`,
  chats: `select chat_type, status, (select count(*) from messages where chat_id = chats.id) as messages from chats where channel_id = $1`,
  contacts: `select interaction_count, last_interaction_at, (select count(*) from messages where contact_id = contacts.id) as messages
    from contacts where deleted_at is null and project_id = (select project_id from channels where id = $1)`,
  events: `select event_type, count(*) as count from outbox_events
    where correlation_id = (select id from history_imports where channel_id = $1) group by 1`,
};

/** Takes the picture of a channel, whose project has no other. */
export async function importPicture(admin: Client, channelId: string): Promise<ImportPicture> {
  const picture: Record<string, { rows: number; digest: string }> = {};
  for (const [name, query] of Object.entries(pictures)) {
    const { rows } = await admin.query<{ rows: string; digest: string }>(
      `select count(*) as rows, coalesce(md5(string_agg(row::text, '|' order by row::text)), '') as digest from (${query}) as row`,
      [channelId],
    );
    picture[name] = { rows: Number(rows[0]?.rows), digest: String(rows[0]?.digest) };
  }
  return picture;
}
