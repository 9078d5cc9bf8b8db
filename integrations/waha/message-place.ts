// Where a message stands: its inner id, its chat, whether it is the account's own, and the person it is about. Pure.
import { type Address, parseAddress } from './addresses.ts';
import type { EngineData } from './engine-data.ts';
import type { EventCommon, Person } from './gateway-event.ts';
import { type MessageId, parseMessageId } from './ids.ts';
import type { MessagePayload } from './payloads.ts';
import { findChat, findPerson } from './people.ts';

/** `chat` is undefined when the payload names none. */
export type MessagePlace = { id: MessageId | undefined; fromMe: boolean; chat: Address | undefined };

/** Reads the place. The id's own chat comes first: `from` and `to` mean different things in different engines. */
export function placeOf(payload: MessagePayload, engine: EngineData): MessagePlace {
  const id = parseMessageId(payload.id) ?? parseMessageId(engine.innerId);
  const fromMe = payload.fromMe ?? id?.fromMe ?? engine.fromMe ?? false;
  const [near, far] = fromMe ? [payload.to, payload.from] : [payload.from, payload.to];
  return { id, fromMe, chat: asHidden(findChat(id?.chat, ...engine.chat, near, far), engine) };
}

// Some gateways write a hidden id before @c.us. Nobody can be reached there; the engine's own data gives it away.
function asHidden(chat: Address | undefined, engine: EngineData): Address | undefined {
  const hidden = chat && parseAddress(`${chat.user}@lid`);
  return chat?.kind === 'phone' && engine.chat.some((other) => parseAddress(other)?.address === hidden?.address)
    ? hidden
    : chat;
}

/**
 * The person: in a group the writer of an inbound message; else the partner, whoever wrote. `from` of an own message and `to`
 * of an inbound one are never looked at: they are the account.
 */
export function personOf(
  place: MessagePlace,
  payload: MessagePayload,
  engine: EngineData,
  common: EventCommon,
): Person | undefined {
  const options = { me: common.me, pushName: place.fromMe ? undefined : engine.pushName };
  const writers = [payload.participant, place.id?.participant, payload.author, ...engine.writer, payload.from];
  if (place.chat?.kind === 'group') return place.fromMe ? undefined : findPerson(writers, options);
  const partner = [place.chat, ...engine.chat];
  return place.fromMe
    ? findPerson([...partner, payload.to, ...engine.recipient], options)
    : findPerson([...partner, payload.from, ...writers], options);
}
