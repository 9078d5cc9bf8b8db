// The rows of waiting automations: opened with their event, looked at, ended once. Who waits, and whose waiting news may end.
import type { Trigger } from '../../domain/automation/triggers.ts';
import { derivedId } from '../../platform/clock.ts';
import type { Tx } from '../transaction.ts';

/** What a waiting watches: what a contact writes, what the project's side writes, or nothing but time and place. */
type Watches = 'contact' | 'agent' | 'time';

/** A row, as far as it matters to who looks at it. */
export type WaitRow = {
  readonly statusId: string | null;
  readonly dueAt: Date;
  readonly endedAt: Date | null;
};

/** What a waiting is about. */
export type WaitSubject = {
  readonly id: string;
  readonly automationId: string;
  readonly eventId: string;
  readonly trigger: Trigger;
  readonly contactId: string | null;
  readonly sessionId: string | null;
  readonly channelId: string | null;
  readonly statusId: string | null;
  readonly beganAt: string;
  readonly dueAt: string;
};

/** By which the workflow of a waiting is found: one for each automation and event, ever. Also its saga's correlation id. */
export const waitIdOf = (automationId: string, eventId: string): string =>
  derivedId('automation wait', automationId, eventId);

/** The workflow of a waiting. */
export const waitWorkflowId = (id: string): string => `automation-wait-${id}`;

const watchesOf = (trigger: Trigger): Watches => (trigger.type === 'no_response.timeout' ? trigger.of : 'time');

/** The row; undefined: nobody has looked at it yet. */
export async function findWait(tx: Tx, id: string): Promise<WaitRow | undefined> {
  const { rows } = await tx.query<WaitRow>(
    `select status_id as "statusId", due_at as "dueAt", ended_at as "endedAt" from automation_waits where tenant_id = $1 and id = $2`,
    [tx.tenantId, id],
  );
  return rows[0];
}

/** Writes what it waits for now; the status in which it began stays. */
export async function keepWaiting(tx: Tx, subject: WaitSubject): Promise<void> {
  await tx.query(
    `insert into automation_waits (tenant_id, id, automation_id, event_id, watches, contact_id, session_id, channel_id, status_id, began_at, due_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (id) do update set watches = excluded.watches, due_at = excluded.due_at, contact_id = excluded.contact_id`,
    [
      tx.tenantId,
      subject.id,
      subject.automationId,
      subject.eventId,
      watchesOf(subject.trigger),
      subject.contactId,
      subject.sessionId,
      subject.channelId,
      subject.statusId,
      subject.beganAt,
      subject.dueAt,
    ],
  );
}

/** Those of an automation that wait, the soonest first. */
export async function openWaits(tx: Tx, automationId: string, limit: number): Promise<readonly string[]> {
  const { rows } = await tx.query<{ id: string }>(
    'select id from automation_waits where tenant_id = $1 and automation_id = $2 and ended_at is null order by due_at limit $3',
    [tx.tenantId, automationId, limit],
  );
  return rows.map(({ id }) => id);
}

/** Until when an automation waits that an event has set waiting; null: it does not. */
export async function waitsUntil(tx: Tx, automationId: string, eventId: string): Promise<string | null> {
  const row = await findWait(tx, waitIdOf(automationId, eventId));
  return row && row.endedAt === null ? row.dueAt.toISOString() : null;
}

/** Ends it, if there is a row and it has not ended. */
export async function endWait(tx: Tx, id: string, outcome: string, at: Date): Promise<void> {
  await tx.query(
    'update automation_waits set ended_at = $3, outcome = $4 where tenant_id = $1 and id = $2 and ended_at is null',
    [tx.tenantId, id, at, outcome],
  );
}

/** News that may end a waiting: of an automation, of a contact's place, of a session, or a message. */
export type WaitNews = {
  readonly automationIds: readonly string[];
  readonly placesOf: readonly string[];
  readonly sessionIds: readonly string[];
  /** A message of the project's side answers for agents; any message counts where a contact's is waited for. */
  readonly messages: readonly { readonly contactId: string; readonly fromMe: boolean }[];
};

/** What is waiting and may be concerned. */
export async function concernedWaits(
  tx: Tx,
  { automationIds, placesOf, sessionIds, messages }: WaitNews,
): Promise<{ readonly automationId: string; readonly eventId: string }[]> {
  const written = messages.map(({ contactId }) => contactId);
  const answered = messages.filter(({ fromMe }) => fromMe).map(({ contactId }) => contactId);
  if (automationIds.length + placesOf.length + sessionIds.length + written.length === 0) return [];
  const { rows } = await tx.query<{ automationId: string; eventId: string }>(
    `select automation_id as "automationId", event_id as "eventId" from automation_waits
     where tenant_id = $1 and ended_at is null and (automation_id = any($2::uuid[]) or contact_id = any($3::uuid[])
       or (session_id = any($4::uuid[]) and watches = 'agent') or (contact_id = any($5::uuid[]) and watches = 'contact')
       or (contact_id = any($6::uuid[]) and watches = 'agent'))
     order by id`,
    [tx.tenantId, automationIds, placesOf, sessionIds, written, answered],
  );
  return rows;
}
