// What happens to a message after it came: acks, edits, revokes, reactions. Any of them may come before its message. Pure and total.
import type { Address } from './addresses.ts';
import type { Envelope } from './contract.ts';
import { statusOfAck } from './delivery-status.ts';
import { dropUndefined } from './drop-undefined.ts';
import { readEngineData } from './engine-data.ts';
import type { EventCommon, GatewayEvent } from './gateway-event.ts';
import { parseMessageId } from './ids.ts';
import { personOf, placeOf } from './message-place.ts';
import { ignored, other, reasonToIgnore } from './outcomes.ts';
import { messagePayload, revokedPayload } from './payloads.ts';
import { chatRef, findChat, findPerson } from './people.ts';
import { gatewayTime } from './times.ts';

/** `message.ack`, `message.ack.group`. */
export function parseAck(common: EventCommon, envelope: Envelope): GatewayEvent {
  const payload = messagePayload.parse(envelope.payload);
  const { id, chat, fromMe } = placeOf(payload, readEngineData(payload['_data']));
  if (id === undefined) return other(common, 'ack names no message');
  const status = statusOfAck(payload.ack, payload.ackName);
  return inChat(common, chat, () =>
    status === undefined
      ? ignored(common, 'unknown_ack')
      : dropUndefined({
          ...common,
          kind: 'ack' as const,
          innerId: id.innerId,
          ack: payload.ack ?? null,
          status,
          fromMe,
          chat: chatRef(chat),
          participant: chat?.kind === 'group' ? findPerson([payload.participant], { me: common.me }) : undefined,
        }),
  );
}

/** `message.edited`. */
export function parseEdit(common: EventCommon, envelope: Envelope): GatewayEvent {
  const payload = messagePayload.parse(envelope.payload);
  const { chat } = placeOf(payload, readEngineData(payload['_data']));
  const edited = parseMessageId(payload.editedMessageId);
  const body = payload.body;
  if (edited === undefined) return other(common, 'edit names no message');
  if (body === undefined) return other(common, 'edit has no body');
  return inChat(common, chat, () =>
    dropUndefined({
      ...common,
      kind: 'edit' as const,
      innerId: edited.innerId,
      chat: chatRef(chat),
      body,
      editedAt: gatewayTime(payload.timestamp) ?? common.occurredAt,
    }),
  );
}

/** `message.revoked`. */
export function parseRevoke(common: EventCommon, envelope: Envelope): GatewayEvent {
  const { revokedMessageId, after, before } = revokedPayload.parse(envelope.payload);
  const revoked = parseMessageId(revokedMessageId) ?? parseMessageId(before?.id);
  if (revoked === undefined) return other(common, 'revoke names no message');
  const places = [after, before]
    .filter((payload) => payload !== undefined)
    .map((payload) => placeOf(payload, readEngineData(payload['_data'])));
  const chat = findChat(...places.map((place) => place.chat), revoked.chat);
  return inChat(common, chat, () =>
    dropUndefined({
      ...common,
      kind: 'revoke' as const,
      innerId: revoked.innerId,
      chat: chatRef(chat),
      revokedAt: gatewayTime(after?.timestamp) ?? common.occurredAt,
    }),
  );
}

/** `message.reaction`. */
export function parseReaction(common: EventCommon, envelope: Envelope): GatewayEvent {
  const payload = messagePayload.parse(envelope.payload);
  const engine = readEngineData(payload['_data']);
  const place = placeOf(payload, engine);
  const target = parseMessageId(payload.reaction?.messageId);
  if (target === undefined) return other(common, 'reaction names no message');
  const chat = place.chat ?? target.chat;
  return inChat(common, chat, () =>
    dropUndefined({
      ...common,
      kind: 'reaction' as const,
      innerId: target.innerId,
      chat: chatRef(chat),
      sender: place.fromMe ? undefined : personOf({ ...place, chat }, payload, engine, common),
      fromMe: place.fromMe,
      reaction: payload.reaction?.text ?? '',
      reactedAt: gatewayTime(payload.timestamp) ?? common.occurredAt,
    }),
  );
}

function inChat(common: EventCommon, chat: Address | undefined, parse: () => GatewayEvent): GatewayEvent {
  const reason = chat && reasonToIgnore(chat, common);
  return reason === undefined ? parse() : ignored(common, reason);
}
