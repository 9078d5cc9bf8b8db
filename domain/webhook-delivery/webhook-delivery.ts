// One delivery of one event to one webhook subscription: planned, tried by a schedule, delivered or given up. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { addMilliseconds } from '../kernel/time.ts';
import { retryAfterSeconds } from '../webhook/retry-schedule.ts';
import type { WebhookDeliveryCommand } from './commands.ts';
import type { WebhookDeliveryEvent } from './events.ts';

/** What a delivery can be: still to be tried, arrived, given up, or not wanted any more. */
export const deliveryStatuses = ['pending', 'delivered', 'failed', 'discarded'] as const;

/** A delivery's state; `nextAttemptAt` while it is pending. Its id is what the receiver gets as webhook-id. Times are ISO 8601. */
export type WebhookDelivery = {
  readonly id: string;
  readonly projectId: string | null;
  readonly subscriptionId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly eventName: string;
  readonly status: (typeof deliveryStatuses)[number];
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly nextAttemptAt: string | null;
  readonly lastStatusCode: number | null;
  readonly lastReason: string | null;
  readonly endedAt: string | null;
  readonly createdAt: string | null;
};

type CommandOf<Type extends WebhookDeliveryCommand['type']> = Extract<WebhookDeliveryCommand, { type: Type }>;
type Attempt = CommandOf<'webhook_delivery.record_attempt'>;

export const webhookDelivery = defineAggregate<WebhookDelivery, WebhookDeliveryCommand, WebhookDeliveryEvent>({
  aggregate: 'webhook_delivery',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: null,
    subscriptionId: '',
    eventId: '',
    eventType: '',
    eventName: '',
    status: 'pending',
    attempts: 0,
    maxAttempts: 1,
    nextAttemptAt: null,
    lastStatusCode: null,
    lastReason: null,
    endedAt: null,
    createdAt: null,
  }),
  decide,
  settle,
  evolve: (state) => state,
});

function decide(command: WebhookDeliveryCommand, state: WebhookDelivery): WebhookDeliveryEvent[] {
  if (command.type === 'webhook_delivery.plan') return [];
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such webhook delivery.');
  switch (command.type) {
    case 'webhook_delivery.record_attempt':
      return recordAttempt(command, state);
    case 'webhook_delivery.redeliver':
      if (state.status === 'discarded')
        throw violated('delivery_discarded', 'Its subscription took nothing any more: have the next event delivered.');
      return [];
    case 'webhook_delivery.discard':
      return [];
  }
}

function recordAttempt({ data, at }: Attempt, state: WebhookDelivery): WebhookDeliveryEvent[] {
  if (data.attempt <= state.attempts) return [];
  if (data.attempt > state.attempts + 1)
    throw violated('attempt_out_of_order', `Attempt ${state.attempts + 1} is the next to be noted.`);
  if (state.status === 'delivered' || state.status === 'failed')
    throw violated('delivery_ended', `The delivery has ${state.status} already: ask for it to be delivered again.`);
  if (data.result === 'delivered') return [];
  const about = { deliveryId: state.id, subscriptionId: state.subscriptionId, eventId: state.eventId };
  const why = reasonOf(data);
  const code = data.statusCode === undefined ? {} : { statusCode: data.statusCode };
  const failed: WebhookDeliveryEvent = {
    type: 'webhook.delivery_failed',
    data: { ...about, attempt: data.attempt, ...code, reason: why, failedAt: at },
  };
  if (state.status === 'discarded' || !isLast(data, state)) return [failed];
  const attempts = data.attempt;
  return [failed, { type: 'webhook.retry_exhausted', data: { ...about, attempts, reason: why, exhaustedAt: at } }];
}

/** Whether this attempt ends the delivery if it fails. */
function isLast({ attempt, result }: Attempt['data'], { maxAttempts }: WebhookDelivery): boolean {
  return result === 'gone' || attempt >= maxAttempts;
}

function reasonOf({ statusCode, reason }: Attempt['data']): string {
  return reason ?? (statusCode === undefined ? 'no answer' : `HTTP ${statusCode}`);
}

function settle(state: WebhookDelivery, command: WebhookDeliveryCommand): WebhookDelivery {
  const { at } = command;
  switch (command.type) {
    case 'webhook_delivery.plan': {
      if (state.createdAt !== null) return state;
      const { deliveryId: id, retryCount, ...about } = command.data;
      return { ...state, id, ...about, maxAttempts: retryCount + 1, nextAttemptAt: at, createdAt: at };
    }
    case 'webhook_delivery.record_attempt':
      return command.data.attempt > state.attempts ? tried(state, command) : state;
    case 'webhook_delivery.redeliver': {
      // One more than there were: a person asks for one, not for the whole schedule anew.
      const maxAttempts = state.status === 'pending' ? state.maxAttempts : state.attempts + 1;
      return { ...state, status: 'pending', maxAttempts, nextAttemptAt: at, endedAt: null };
    }
    case 'webhook_delivery.discard':
      if (state.status !== 'pending') return state;
      return { ...state, status: 'discarded', nextAttemptAt: null, lastReason: command.data.reason, endedAt: at };
  }
}

function tried(state: WebhookDelivery, { data, at }: Attempt): WebhookDelivery {
  const known = { ...state, attempts: data.attempt, lastStatusCode: data.statusCode ?? null };
  if (data.result === 'delivered')
    return { ...known, status: 'delivered', nextAttemptAt: null, lastReason: null, endedAt: at };
  const failed = { ...known, lastReason: reasonOf(data) };
  // An attempt that was under way when it was discarded.
  if (state.status === 'discarded') return failed;
  if (isLast(data, state)) return { ...failed, status: 'failed', nextAttemptAt: null, endedAt: at };
  const seconds = retryAfterSeconds(data.attempt, data.retryAfterSeconds);
  return { ...failed, nextAttemptAt: addMilliseconds(at, seconds * 1_000) };
}
