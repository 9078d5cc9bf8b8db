// The gateway's answers, read loosely: both shapes of a message (`id`, `key.id`), sessions, number checks. Pure.
import { z } from 'zod';
import { parseAddress } from './addresses.ts';
import { statusOfAck } from './delivery-status.ts';
import { dropUndefined } from './drop-undefined.ts';
import type { DeliveryStatus, GatewaySessionStatus } from './gateway-event.ts';
import { parseMessageId } from './ids.ts';
import { asRecord, identifier, listOf, maybe, number, pickRecord, pickText, text } from './loose.ts';
import { gatewayTime } from './times.ts';

/** A message as the gateway's API tells it. */
export type WahaMessage = { innerId: string; fromMe: boolean; sentAt?: string; status?: DeliveryStatus };

/** `GET /api/{session}/new-message-id`. */
export const newIdAnswer = z.looseObject({ id: identifier });

/** `GET /api/{session}/lids/…`; null where the gateway has not learnt it. */
export const lidAnswer = z.looseObject({ lid: maybe(text), pn: maybe(text) });

/** `GET /api/contacts/check-exists`. */
export const checkExistsAnswer = z.looseObject({ numberExists: z.boolean(), chatId: maybe(identifier) });

const knownStatuses: readonly string[] = [
  'STOPPED',
  'STARTING',
  'SCAN_QR_CODE',
  'PASSKEY_REQUIRED',
  'PASSKEY_CONFIRMATION_REQUIRED',
  'WORKING',
  'FAILED',
] satisfies GatewaySessionStatus[];

/** State of a gateway session; `me` is known once it is WORKING. `metadata` and `webhookUrls`: what it is configured to. */
export type WahaSession = {
  status: GatewaySessionStatus | 'UNKNOWN';
  me?: { phone?: string; lid?: string };
  metadata: Readonly<Record<string, unknown>>;
  webhookUrls: readonly string[];
};

/** `GET /api/sessions/{session}`. */
export const sessionAnswer = z
  .looseObject({
    status: z.string(),
    me: maybe(z.looseObject({ id: maybe(text), lid: maybe(text) })),
    config: maybe(
      z.looseObject({
        metadata: maybe(z.record(z.string(), z.unknown())),
        webhooks: maybe(listOf(z.looseObject({ url: z.string() }))),
      }),
    ),
  })
  .transform((answer): WahaSession => {
    const me = dropUndefined({ phone: parseAddress(answer.me?.id)?.user, lid: parseAddress(answer.me?.lid)?.user });
    const status = knownStatuses.includes(answer.status)
      ? (answer.status as GatewaySessionStatus)
      : ('UNKNOWN' as const);
    const webhookUrls = (answer.config?.webhooks ?? []).map(({ url }) => url);
    const told = Object.keys(me).length === 0 ? undefined : me;
    return dropUndefined({ status, me: told, metadata: answer.config?.metadata ?? {}, webhookUrls });
  });

const cappingStatuses = ['NONE', 'FIRST_WARNING', 'SECOND_WARNING', 'CAPPED'] as const;

/** `GET /api/sessions/{session}/capping`: how many messages the number may still send, until when (ms). Words that are not known say nothing. */
export const cappingAnswer = z
  .looseObject({
    cappingStatus: maybe(text),
    totalQuota: maybe(z.number()),
    usedQuota: maybe(z.number()),
    cycleEnd: maybe(z.number()),
  })
  .transform(({ cappingStatus, totalQuota = -1, usedQuota = 0, cycleEnd }) => {
    const status = cappingStatuses.find((one) => one === cappingStatus);
    if (status === undefined) return undefined;
    // Seconds, as everywhere in messages; a value that large is ms.
    const until = cycleEnd === undefined ? null : cycleEnd < 1e11 ? cycleEnd * 1_000 : cycleEnd;
    return { status, remaining: totalQuota < 0 ? null : Math.max(0, totalQuota - usedQuota), until };
  });

const plainMessage = z.looseObject({
  id: maybe(text),
  fromMe: maybe(z.boolean()),
  timestamp: maybe(number),
  messageTimestamp: maybe(number),
  ack: maybe(number),
  ackName: maybe(text),
  status: maybe(text),
});

/** A message in either shape; undefined when the answer names none. */
export function readMessageAnswer(answer: unknown): WahaMessage | undefined {
  const parsed = plainMessage.safeParse(answer);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const key = pickRecord(parsed.data, 'key');
  const serialized = asRecord(answer)?.['id'];
  const id =
    parseMessageId(data.id) ??
    parseMessageId(pickText(key, 'id')) ??
    parseMessageId(pickText(asRecord(serialized), '_serialized', 'id'));
  if (id === undefined) return undefined;
  const own = key?.['fromMe'];
  return dropUndefined({
    innerId: id.innerId,
    fromMe: data.fromMe ?? id.fromMe ?? (typeof own === 'boolean' ? own : true),
    sentAt: gatewayTime(data.timestamp) ?? gatewayTime(data.messageTimestamp),
    status: statusOfAck(data.ack, data.ackName ?? data.status),
  });
}
