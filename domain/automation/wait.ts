// The waiting of a trigger for its time: from the event that began it, until the time is over or something ends it before. Pure.
import { addMilliseconds } from '../kernel/time.ts';
import type { Automation } from './automation.ts';
import type { TriggeringEvent } from './triggers.ts';

/** What ends the waiting before its time; the rules do not fire then. */
export const waitEnds = {
  answered: 'The answer came before the time was over.',
  overtaken: 'Another message counts: the waiting for an answer began with that one.',
  not_sent: 'The message was not sent, or was taken back.',
  session_closed: 'Somebody closed the session before the time was over.',
  left: 'The contact left the pipeline, or the status, before the time was over.',
  enabled_later: 'The automation was switched off and on again after the event.',
} as const;

/** What ended it. */
export type WaitEnd = keyof typeof waitEnds;

/** What is known of a waiting. Times are ISO 8601. */
export type WaitStanding = {
  /** When the event came that began it. */
  readonly beganAt: string;
  readonly event: Pick<TriggeringEvent, 'data'>;
  /** The contact's status in the automation's pipeline, when it began and now; null: it is not in it. */
  readonly statusAtBegin: string | null;
  readonly statusNow: string | null;
  /** Of the message that began it: whether it went out (or came in), has its answer, and is not the one that counts. Null: no message did. */
  readonly message: { readonly isThere: boolean; readonly isAnswered: boolean; readonly isOvertaken: boolean } | null;
  /** Why its session ended; null: it did not. */
  readonly sessionEnd: string | null;
};

type Waiting = Pick<Automation, 'pipelineId' | 'trigger' | 'enabledAt'>;

/** When the time is over, by the trigger as it is now. */
export function dueAt({ trigger }: Pick<Waiting, 'trigger'>, beganAt: string): string {
  const minutes = 'minutes' in trigger ? trigger.minutes : 0;
  return addMilliseconds(beganAt, minutes * 60_000);
}

/** What has ended the waiting; undefined: nothing has. */
export function waitEnd(automation: Waiting, standing: WaitStanding): WaitEnd | undefined {
  const { enabledAt } = automation;
  if (enabledAt !== null && Date.parse(enabledAt) > Date.parse(standing.beganAt)) return 'enabled_later';
  return endOfSilence(automation, standing) ?? (hasLeft(automation, standing) ? 'left' : undefined);
}

function endOfSilence({ trigger }: Waiting, { message, sessionEnd }: WaitStanding): WaitEnd | undefined {
  if (trigger.type !== 'no_response.timeout' || message === null) return undefined;
  if (!message.isThere) return 'not_sent';
  if (message.isAnswered) return 'answered';
  if (message.isOvertaken) return 'overtaken';
  // Time alone answers nobody.
  const isClosed = sessionEnd !== null && sessionEnd !== 'inactivity_timeout';
  return trigger.of === 'agent' && isClosed ? 'session_closed' : undefined;
}

function hasLeft({ trigger, pipelineId }: Waiting, { event, statusAtBegin, statusNow }: WaitStanding): boolean {
  const { data } = event;
  if (trigger.type === 'after.delay' && trigger.after === 'status.changed')
    return data['pipelineId'] === pipelineId && data['newStatusId'] !== statusNow;
  return statusAtBegin !== null && statusNow === null;
}
