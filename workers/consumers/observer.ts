// Who hears what happens to deliveries: log and metrics. Every call may be a no-op and none may throw.
import type { Delivery } from './parse-delivery.ts';
import type { Effect } from './take-effect.ts';

/** `waiting`: database, broker or Temporal are away; it costs no attempt. `putOff`: tried again later, and in nobody's way until then. */
export type ConsumerObserver = {
  readonly effect?: (consumer: string, effect: Effect, delivery: Delivery, tookMs: number) => void;
  readonly failedAttempt?: (consumer: string, delivery: Delivery, reason: string, attempts: number) => void;
  readonly waiting?: (consumer: string, delivery: Delivery, reason: string) => void;
  readonly putOff?: (consumer: string, delivery: Delivery, delayMs: number) => void;
  readonly dead?: (consumer: string, delivery: Delivery | undefined, reason: string) => void;
};
