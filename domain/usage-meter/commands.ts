// What can be asked of a usage meter: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { at, id, label } from '../kernel/fields.ts';
import { amount } from '../kernel/money.ts';
import { metric } from './events.ts';

const period = { periodStart: at, periodEnd: at };

export const usageMeterCommands = defineCommands({
  'usage_meter.create': z.object({ meterId: id, accountId: id, metric, stripeMeterEventName: label, ...period }),
  /** Counts what `key` names, an event's id for instance; the store counts each key once. What comes late counts in the period that runs. */
  'usage_meter.increment': z.object({ key: label, quantity: z.number().int().min(1).max(1_000_000_000) }),
  /** Stripe was told of everything up to this count of the meter's whole life: told twice, or late, it changes nothing. */
  'usage_meter.report': z.object({ upTo: amount }),
  'usage_meter.reset_period': z.object(period),
});

/** Any command of a usage meter. */
export type UsageMeterCommand = CommandsOf<typeof usageMeterCommands>;
