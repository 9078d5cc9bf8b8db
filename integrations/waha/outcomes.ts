// The two ways in which an event has no effect, and the type of a parser of one event. Pure.
import type { Address } from './addresses.ts';
import type { Envelope } from './contract.ts';
import type { EventCommon, GatewayEvent, IgnoredEvent, OtherEvent } from './gateway-event.ts';
import { isMe } from './people.ts';

/** Parses one event; the envelope's payload is known to be an object. */
export type EventParser = (common: EventCommon, envelope: Envelope) => GatewayEvent;

/** An event that is understood and has no effect. */
export function ignored(common: EventCommon, reason: IgnoredEvent['reason']): IgnoredEvent {
  return { ...common, kind: 'ignored', reason };
}

/** An event that is not understood; `reason` must not quote the body. */
export function other(common: EventCommon, reason: string): OtherEvent {
  return { ...common, kind: 'other', reason };
}

/** Why nothing that happens in this chat has an effect; undefined for the chats of people and groups. */
export function reasonToIgnore(chat: Address, common: EventCommon): IgnoredEvent['reason'] | undefined {
  if (chat.kind === 'status') return 'status_post';
  if (chat.kind === 'newsletter') return 'newsletter';
  if (chat.kind === 'broadcast') return 'broadcast_list';
  return isMe(chat, common.me) ? 'note_to_self' : undefined;
}
