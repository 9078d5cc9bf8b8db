// parseGatewayEvent: any webhook body → one GatewayEvent. Pure and total: what can't be understood becomes kind `other`, never a throw.
import { cutText } from '../../platform/cut-text.ts';
import { type Envelope, envelope, type GatewayEventName, isGatewayEventName } from './contract.ts';
import { dropUndefined } from './drop-undefined.ts';
import type { EventCommon, GatewayEvent } from './gateway-event.ts';
import { withinLimits } from './limits.ts';
import { asRecord, cleanText, pickNumber } from './loose.ts';
import { type EventParser, ignored, other } from './outcomes.ts';
import { parseGroup } from './parse-group.ts';
import { parseMessage } from './parse-message.ts';
import { parseAck, parseEdit, parseReaction, parseRevoke } from './parse-message-change.ts';
import { parseCall, parseLabel, parseSessionStatus } from './parse-session.ts';
import { readMe } from './people.ts';
import { gatewayTime } from './times.ts';

/** What the body itself may not say: the hash of its bytes (`hashRawBody`) and when it came (ISO). */
export type ParseContext = { rawHash: string; receivedAt: string };

const notActedOn: EventParser = (common) => ignored(common, 'not_acted_on');
const deprecated: EventParser = (common) => ignored(common, 'deprecated_event');

const parsers: Readonly<Record<GatewayEventName, EventParser>> = {
  'session.status': parseSessionStatus,
  message: parseMessage,
  'message.any': parseMessage,
  'message.reaction': parseReaction,
  'message.ack': parseAck,
  'message.ack.group': parseAck,
  'message.waiting': notActedOn,
  'message.revoked': parseRevoke,
  'message.edited': parseEdit,
  'chat.archive': notActedOn,
  'group.v2.join': parseGroup,
  'group.v2.leave': parseGroup,
  'group.v2.update': parseGroup,
  'group.v2.participants': parseGroup,
  'presence.update': notActedOn,
  'poll.vote': notActedOn,
  'poll.vote.failed': notActedOn,
  'event.response': notActedOn,
  'event.response.failed': notActedOn,
  'label.upsert': parseLabel,
  'label.deleted': parseLabel,
  'label.chat.added': parseLabel,
  'label.chat.deleted': parseLabel,
  'call.received': parseCall,
  'call.accepted': parseCall,
  'call.rejected': parseCall,
  'engine.event': notActedOn,
  'group.join': deprecated,
  'group.leave': deprecated,
  'state.change': deprecated,
};

/** Parses the JSON value of a webhook's body. Session and event are empty when the body has none. */
export function parseGatewayEvent(rawBody: unknown, context: ParseContext): GatewayEvent {
  const parsed = envelope.safeParse(rawBody);
  if (!parsed.success) return other(unreadableCommon(rawBody, context), unreadableReason(rawBody));
  const common = readCommon(parsed.data, context);
  if (!isGatewayEventName(parsed.data.event)) return other(common, 'unknown event');
  if (asRecord(parsed.data.payload) === undefined) return other(common, 'payload is not an object');
  return withinLimits(parsers[parsed.data.event](common, parsed.data));
}

function readCommon(parsed: Envelope, context: ParseContext): EventCommon {
  const payload = asRecord(parsed.payload);
  return dropUndefined({
    eventId: parsed.id ?? rawEventId(context),
    event: parsed.event,
    session: parsed.session,
    occurredAt: gatewayTime(parsed.timestamp) ?? gatewayTime(pickNumber(payload, 'timestamp')) ?? context.receivedAt,
    me: readMe(parsed),
  });
}

function rawEventId(context: ParseContext): string {
  return `raw_${context.rawHash.slice(0, 40)}`;
}

function unreadableCommon(rawBody: unknown, context: ParseContext): EventCommon {
  const record = asRecord(rawBody);
  const short = (value: unknown) => (typeof value === 'string' ? cutText(cleanText(value), 200) : '');
  return {
    eventId: rawEventId(context),
    event: short(record?.['event']),
    session: short(record?.['session']),
    occurredAt: context.receivedAt,
  };
}

function unreadableReason(rawBody: unknown): string {
  const record = asRecord(rawBody);
  if (record === undefined) return 'body is not an object';
  return typeof record['event'] === 'string' && record['event'] !== ''
    ? 'envelope has no usable session'
    : 'no event name';
}
