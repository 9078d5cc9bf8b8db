// The webhook envelope and its event names. Loose: unknown fields are kept, everything but event, session and payload may be absent.
import { z } from 'zod';
import { identifier, maybe, number, text } from './loose.ts';

/** Every event the gateway documents, the deprecated ones last. */
export const gatewayEvents = [
  'session.status',
  'message',
  'message.any',
  'message.reaction',
  'message.ack',
  'message.ack.group',
  'message.waiting',
  'message.revoked',
  'message.edited',
  'chat.archive',
  'group.v2.join',
  'group.v2.leave',
  'group.v2.update',
  'group.v2.participants',
  'presence.update',
  'poll.vote',
  'poll.vote.failed',
  'event.response',
  'event.response.failed',
  'label.upsert',
  'label.deleted',
  'label.chat.added',
  'label.chat.deleted',
  'call.received',
  'call.accepted',
  'call.rejected',
  'engine.event',
  'group.join',
  'group.leave',
  'state.change',
] as const;

/** The name of a documented event. */
export type GatewayEventName = (typeof gatewayEvents)[number];

const names: ReadonlySet<string> = new Set(gatewayEvents);

/** Whether the gateway documents an event of this name. */
export function isGatewayEventName(name: string): name is GatewayEventName {
  return names.has(name);
}

/** The account that a session belongs to. */
export const meInfo = z.looseObject({ id: maybe(text), lid: maybe(text), jid: maybe(text), pushName: maybe(text) });

/** The envelope of every webhook. Old gateways send no id and timestamp, some engines no `engine`. */
export const envelope = z.looseObject({
  event: identifier,
  session: identifier,
  payload: z.unknown().optional(),
  id: maybe(identifier),
  timestamp: maybe(number),
  metadata: maybe(z.record(z.string(), z.unknown())),
  me: maybe(meInfo),
  engine: maybe(text),
  environment: maybe(z.looseObject({ version: maybe(text), engine: maybe(text), tier: maybe(text) })),
});

/** A parsed envelope; `payload` is still unread. */
export type Envelope = z.infer<typeof envelope>;
