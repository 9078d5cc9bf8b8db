// Events beside messages: the session's state, labels, calls. Pure and total.
import type { Envelope } from './contract.ts';
import { dropUndefined } from './drop-undefined.ts';
import type { CallEvent, EventCommon, GatewayEvent, GatewaySessionStatus, LabelEvent } from './gateway-event.ts';
import { other } from './outcomes.ts';
import { callPayload, labelPayload, sessionStatusPayload } from './payloads.ts';
import { chatRef, findChat, findPerson } from './people.ts';
import { gatewayTime } from './times.ts';

const sessionStatuses: readonly GatewaySessionStatus[] = [
  'STOPPED',
  'STARTING',
  'SCAN_QR_CODE',
  'PASSKEY_REQUIRED',
  'PASSKEY_CONFIRMATION_REQUIRED',
  'WORKING',
  'FAILED',
];

const labelChanges = new Map<string, LabelEvent['change']>([
  ['label.upsert', 'upserted'],
  ['label.deleted', 'deleted'],
  ['label.chat.added', 'chat_added'],
  ['label.chat.deleted', 'chat_removed'],
]);

const callChanges = new Map<string, CallEvent['change']>([
  ['call.received', 'received'],
  ['call.accepted', 'accepted'],
  ['call.rejected', 'rejected'],
]);

/** `session.status`. */
export function parseSessionStatus(common: EventCommon, envelope: Envelope): GatewayEvent {
  const payload = sessionStatusPayload.parse(envelope.payload);
  const status = sessionStatuses.find((known) => known === payload.status);
  if (status === undefined) return other(common, 'unknown session status');
  const points = (payload.statuses ?? []).filter((point) => point.status === status);
  const changedAt = gatewayTime(points.at(-1)?.timestamp) ?? common.occurredAt;
  return { ...common, kind: 'session_status', status, changedAt };
}

/** `label.*`. */
export function parseLabel(common: EventCommon, envelope: Envelope): GatewayEvent {
  const payload = labelPayload.parse(envelope.payload);
  const change = labelChanges.get(common.event);
  const labelId = payload.labelId ?? payload.id ?? payload.label?.id;
  if (change === undefined || labelId === undefined) return other(common, 'label event names no label');
  const name = payload.name ?? payload.label?.name;
  return dropUndefined({
    ...common,
    kind: 'label' as const,
    change,
    labelId,
    name,
    chat: chatRef(findChat(payload.chatId)),
  });
}

/** `call.*`. */
export function parseCall(common: EventCommon, envelope: Envelope): GatewayEvent {
  const payload = callPayload.parse(envelope.payload);
  const change = callChanges.get(common.event);
  if (change === undefined || payload.id === undefined) return other(common, 'call event names no call');
  return dropUndefined({
    ...common,
    kind: 'call' as const,
    change,
    callId: payload.id,
    from: findPerson([payload.from], { me: common.me }),
    isVideo: payload.isVideo ?? false,
    isGroup: payload.isGroup ?? false,
    calledAt: gatewayTime(payload.timestamp) ?? common.occurredAt,
  });
}
