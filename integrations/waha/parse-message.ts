// `message` and `message.any`: one message that came to be, inbound or own. Pure and total.
import { readAdvert } from './advert.ts';
import type { Envelope } from './contract.ts';
import { statusOfAck } from './delivery-status.ts';
import { dropUndefined } from './drop-undefined.ts';
import { type EngineData, readEngineData } from './engine-data.ts';
import type { EventCommon, GatewayEvent, MessageEvent } from './gateway-event.ts';
import { parseMessageId } from './ids.ts';
import { pickText } from './loose.ts';
import { messageType, readLocation, readMedia, readMentions } from './message-content.ts';
import { personOf, placeOf } from './message-place.ts';
import { ignored, other, reasonToIgnore } from './outcomes.ts';
import { type MessagePayload, messagePayload } from './payloads.ts';
import { chatRef } from './people.ts';
import { gatewayTime } from './times.ts';

const mediaKinds: ReadonlySet<string> = new Set(['image', 'video', 'audio', 'voice', 'document', 'sticker']);

/** Parses a message event. */
export function parseMessage(common: EventCommon, envelope: Envelope): GatewayEvent {
  const payload = messagePayload.parse(envelope.payload);
  const engine = readEngineData(payload['_data']);
  const place = placeOf(payload, engine);
  if (place.id === undefined) return other(common, 'message has no usable id');
  const chat = chatRef(place.chat);
  if (place.chat === undefined) return other(common, 'message names no chat');
  const reason = reasonToIgnore(place.chat, common);
  if (reason !== undefined || chat === undefined) return ignored(common, reason ?? 'broadcast_list');
  const sender = personOf(place, payload, engine, common);
  if (sender === undefined && chat.kind === 'individual') return other(common, 'message names no person');
  const content = readContent(payload, engine);
  if (engine.contentKind === 'album' && !content.mediaExpected) return ignored(common, 'album_header');
  return dropUndefined({
    ...common,
    kind: 'message',
    innerId: place.id.innerId,
    chat,
    sender,
    fromMe: place.fromMe,
    source: place.fromMe ? payload.source : undefined,
    sentAt: gatewayTime(payload.timestamp) ?? gatewayTime(engine.timestamp) ?? common.occurredAt,
    ...content,
    replyToInnerId: readReplyTo(payload, engine),
    ad: readAdvert(engine),
    mentionedParticipants: readMentions(engine),
    status: place.fromMe ? statusOfAck(payload.ack, payload.ackName) : undefined,
  } satisfies { [K in keyof MessageEvent]: MessageEvent[K] | undefined });
}

function readContent(payload: MessagePayload, engine: EngineData) {
  const media = readMedia(payload, engine);
  const location = readLocation(payload, engine);
  const vcards = payload.vCards?.length ? payload.vCards : undefined;
  const body = payload.body ?? engine.text;
  const mediaExpected = payload.hasMedia === true || media !== undefined || mediaKinds.has(engine.contentKind ?? '');
  const hasVcards = vcards !== undefined;
  const type = messageType({ engine, media, mediaExpected, hasLocation: location !== undefined, hasVcards, body });
  return { type, body: body === '' ? undefined : body, media, mediaExpected, location, vcards };
}

function readReplyTo(payload: MessagePayload, engine: EngineData): string | undefined {
  const id =
    payload.replyTo?.id ?? pickText(engine.context, 'stanzaID', 'stanzaId') ?? pickText(engine.raw, 'quotedStanzaID');
  return parseMessageId(id)?.innerId;
}
