// The events of a usage meter: what an account used in its period, and what Stripe was told of it.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label } from '../kernel/fields.ts';
import { amount } from '../kernel/money.ts';

/** What is counted: `messages_sent`, `contacts.active`. */
export const metric = z.string().regex(/^[a-z][a-z0-9_.]{0,99}$/);

const meter = { meterId: id, accountId: id, metric };
const someMeter = {
  meterId: '018f5a10-0000-7000-8000-000000000023',
  accountId: '018f5a10-0000-7000-8000-000000000020',
  metric: 'messages_sent',
} as const;
const someTime = '2026-01-31T12:00:00.000Z';

export const usageMeterEvents = defineEvents('usage_meter', {
  'billing.usage_meter.created': event({
    version: 1,
    summary: 'Something an account uses is counted from now on.',
    data: z.object({ ...meter, stripeMeterEventName: label }),
    webhooks: ['billing.usage_meter.created'],
    example: { ...someMeter, stripeMeterEventName: 'messages_sent' },
  }),
  'billing.usage.incremented': event({
    version: 1,
    summary: 'Something was used; `total` is what was used in the period, this included.',
    data: z.object({
      ...meter,
      quantity: amount,
      total: amount,
      /** What was counted: each is counted once. */
      key: label.optional(),
    }),
    webhooks: [],
    example: { ...someMeter, quantity: 1, total: 42, key: '018f5a10-0000-7000-8000-000000000004' },
  }),
  'billing.usage.reported': event({
    version: 1,
    summary: 'Stripe was told of what was used since the report before.',
    data: z.object({ ...meter, quantity: amount, reportedAt: at }),
    webhooks: [],
    example: { ...someMeter, quantity: 42, reportedAt: someTime },
  }),
  'billing.usage.period_reset': event({
    version: 1,
    summary: 'A new period began: counting starts at nothing.',
    data: z.object({ ...meter, previousTotal: amount, periodStart: at, periodEnd: at }),
    webhooks: ['billing.usage.period_reset'],
    example: {
      ...someMeter,
      previousTotal: 1042,
      periodStart: someTime,
      periodEnd: '2026-02-28T12:00:00.000Z',
    },
  }),
});

/** Any event of a usage meter. */
export type UsageMeterEvent = EventsOf<typeof usageMeterEvents>;
