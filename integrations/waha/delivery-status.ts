// The gateway's ack numbers and names as delivery states. Pure.
import type { DeliveryStatus } from './gateway-event.ts';

const byNumber = new Map<number, DeliveryStatus>([
  [-1, 'failed'],
  [0, 'queued'],
  [1, 'sent'],
  [2, 'delivered'],
  [3, 'read'],
  [4, 'played'],
]);

const byName = new Map<string, DeliveryStatus>([
  ['ERROR', 'failed'],
  ['PENDING', 'queued'],
  ['SERVER', 'sent'],
  ['DEVICE', 'delivered'],
  ['READ', 'read'],
  ['PLAYED', 'played'],
]);

/** The state an ack means; undefined for what channels send (`null`, `UNKNOWN`). */
export function statusOfAck(ack: number | undefined, ackName: string | undefined): DeliveryStatus | undefined {
  return (
    (ack === undefined ? undefined : byNumber.get(ack)) ?? (ackName === undefined ? undefined : byName.get(ackName))
  );
}
