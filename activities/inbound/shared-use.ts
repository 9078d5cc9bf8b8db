// Asked before an undo takes a contact, chat or session away: whether sagas made it, and whether anyone else builds on it by now.
// Of sagas that all go back the last one takes it away, whichever of them had made it.
import type { StepWork } from '../saga-steps.ts';

/** A thing that several sagas may share: named by `key` in the results of `step`. */
const shareable = {
  contact: {
    step: 'contact',
    key: 'contactId',
    made: 'created',
    table: 'contacts',
    users: [
      'messages where contact_id = $2 and discarded_at is null',
      "sessions where contact_id = $2 and end_reason is distinct from 'saga_compensated'",
    ],
  },
  session: {
    step: 'session',
    key: 'sessionId',
    made: 'sessionCreated',
    table: 'sessions',
    users: ['messages where session_id = $2 and discarded_at is null'],
  },
  chat: {
    step: 'session',
    key: 'chatId',
    made: 'chatCreated',
    table: 'chats',
    users: ['messages where chat_id = $2 and discarded_at is null'],
  },
} as const;

/** Whether it is for this undo to take the thing away. The row is held first, so that nobody joins meanwhile. */
export async function isOursAlone(work: StepWork, kind: keyof typeof shareable, id: string): Promise<boolean> {
  const { tx, saga } = work;
  const { step, key, made, table, users } = shareable[kind];
  await tx.query(`select 1 from ${table} where tenant_id = $1 and id = $2 for update`, [saga.tenantId, id]);
  const { rows } = await tx.query<{ made: boolean; used: boolean }>(
    `with sharing as (
       select step.*, saga.state as saga_state from saga_steps step left join sagas saga using (tenant_id, workflow_id)
       where step.tenant_id = $1 and step.step = '${step}' and step.result ->> '${key}' = $2::uuid::text)
     select
       exists (select from sharing where result -> '${made}' = 'true' and (workflow_id = $3 or state = 'undone')) as made,
       exists (select from sharing where workflow_id <> $3 and state = 'done' and saga_state not in ('compensated', 'failed'))
         ${users.map((user) => `or exists (select from ${user} and tenant_id = $1)`).join(' ')}
         or exists (select from outbox_events event where event.aggregate_id = $2::uuid
              and not exists (select from sharing where sharing.correlation_id = event.correlation_id)) as used`,
    [saga.tenantId, id, saga.workflowId],
  );
  return rows[0]?.made === true && !rows[0].used;
}

/** Whether a participant that sagas put into a chat is to be taken out again: they wrote nothing there and no other saga is about to store what they wrote. */
export async function isParticipantOursAlone(
  { tx, saga }: StepWork,
  chatId: string,
  contactId: string,
): Promise<boolean> {
  const { rows } = await tx.query<{ added: boolean; used: boolean }>(
    `with sharing as (
       select step.*, saga.state as saga_state from saga_steps step left join sagas saga using (tenant_id, workflow_id)
       where step.tenant_id = $1 and step.step = 'session' and step.result ->> 'chatId' = $2::uuid::text and step.result ->> 'participantId' = $3::uuid::text)
     select
       exists (select from sharing where result -> 'participantAdded' = 'true' and (workflow_id = $4 or state = 'undone')) as added,
       exists (select from sharing where workflow_id <> $4 and state = 'done' and saga_state not in ('compensated', 'failed'))
         or exists (select from messages where tenant_id = $1 and chat_id = $2 and contact_id = $3 and discarded_at is null) as used`,
    [saga.tenantId, chatId, contactId, saga.workflowId],
  );
  return rows[0]?.added === true && !rows[0].used;
}
