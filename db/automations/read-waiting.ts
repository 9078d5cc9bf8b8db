// Where a waiting stands: its event's situation as it is now, and what has happened since that may end it.
import type { Automation } from '../../domain/automation/automation.ts';
import type { WaitStanding } from '../../domain/automation/wait.ts';
import type { ExecuteDeps } from '../execute.ts';
import { findLogEvents } from '../log-events.ts';
import type { Tx } from '../transaction.ts';
import { type KnownSituation, loggedEvent, situationOf } from './situation.ts';
import type { WaitRow } from './waits.ts';

/** A waiting as it stands. */
export type Waiting = {
  readonly situation: KnownSituation;
  readonly standing: WaitStanding;
};

/** Reads it; undefined: its event is not in the log any more. `row`: what was written when it began. */
export async function readWaiting(
  deps: Pick<ExecuteDeps, 'keysOf'>,
  tx: Tx,
  automation: Automation,
  eventId: string,
  row: WaitRow | undefined,
): Promise<Waiting | undefined> {
  const [logged] = await findLogEvents(tx, [eventId]);
  if (!logged) return undefined;
  const situation = await situationOf(deps, tx, loggedEvent(logged));
  const statusNow = situation.statusIds[automation.pipelineId] ?? null;
  const sessionEnd = situation.facts['session.endReason'];
  const standing: WaitStanding = {
    beganAt: new Date(logged.createdAt).toISOString(),
    event: situation.event,
    statusAtBegin: row ? row.statusId : statusNow,
    statusNow,
    message: logged.type === 'message.created' ? await readMessage(tx, logged.aggregateId) : null,
    sessionEnd: typeof sessionEnd === 'string' ? sessionEnd : null,
  };
  return { situation, standing };
}

const gone = { isThere: false, isAnswered: false, isOvertaken: false };

/**
 * What became of the message, in the order of arrival. A contact's silence begins with our last message, ours with the first of the contact's in its session
 * that nobody answered. What was imported from the past answers nothing.
 */
async function readMessage(tx: Tx, messageId: string): Promise<NonNullable<WaitStanding['message']>> {
  const { rows } = await tx.query<NonNullable<WaitStanding['message']>>(
    `with cause as (
       select message.*, coalesce(contact.merged_into, message.contact_id) as now_of from messages message
       left join contacts contact on contact.tenant_id = $1 and contact.id = message.contact_id
       where message.tenant_id = $1 and message.id = $2),
     other as (
       select other.arrival, other.from_me, other.session_id, cause.arrival as place, cause.from_me as own, cause.session_id as session
       from cause join messages other on other.tenant_id = $1 and other.channel_id = cause.channel_id
         and other.contact_id in (cause.contact_id, cause.now_of) and other.id <> cause.id and other.discarded_at is null
         and other.source <> 'history_import' and not (other.from_me and other.status = 'failed')),
     before as (
       select from_me from other where arrival < place and session_id is not distinct from session order by arrival desc limit 1)
     select discarded_at is null and not (from_me and status = 'failed') as "isThere",
       exists (select from other where arrival > place and from_me <> own) as "isAnswered",
       case when from_me then exists (select from other where arrival > place and from_me)
         else exists (select from before where not from_me) end as "isOvertaken"
     from cause`,
    [tx.tenantId, messageId],
  );
  return rows[0] ?? gone;
}
