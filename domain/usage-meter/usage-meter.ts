// The usage meter: counts what an account uses, period by period; what was counted and what was reported never go back. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { isAfter } from '../kernel/time.ts';
import type { UsageMeterCommand } from './commands.ts';
import type { UsageMeterEvent } from './events.ts';

/** A meter's state: `total` of the period, `counted` and `reported` of its whole life. Times are ISO 8601. */
export type UsageMeter = {
  readonly id: string;
  readonly accountId: string;
  readonly metric: string;
  readonly stripeMeterEventName: string;
  readonly total: number;
  readonly counted: number;
  readonly reported: number;
  readonly reportedAt: string | null;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
  readonly createdAt: string | null;
};

export const usageMeter = defineAggregate<UsageMeter, UsageMeterCommand, UsageMeterEvent>({
  aggregate: 'usage_meter',
  storage: 'state',
  initialState: () => ({
    id: '',
    accountId: '',
    metric: '',
    stripeMeterEventName: '',
    total: 0,
    counted: 0,
    reported: 0,
    reportedAt: null,
    periodStart: null,
    periodEnd: null,
    createdAt: null,
  }),
  decide,
  evolve,
});

function decide(command: UsageMeterCommand, state: UsageMeter): UsageMeterEvent[] {
  if (command.type === 'usage_meter.create') {
    if (state.createdAt !== null) throw violated('meter_exists', 'A usage meter with this id exists already.');
    const { meterId, accountId, metric, stripeMeterEventName } = command.data;
    requirePeriod(command.data);
    return [{ type: 'billing.usage_meter.created', data: { meterId, accountId, metric, stripeMeterEventName } }];
  }
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such usage meter.');
  const about = { meterId: state.id, accountId: state.accountId, metric: state.metric };
  switch (command.type) {
    case 'usage_meter.increment': {
      const { key, quantity } = command.data;
      if (state.counted + quantity > Number.MAX_SAFE_INTEGER)
        throw violated('meter_full', 'The usage meter can not count further: set up a new one.');
      return [{ type: 'billing.usage.incremented', data: { ...about, quantity, total: state.total + quantity, key } }];
    }
    case 'usage_meter.report': {
      const { upTo } = command.data;
      if (upTo <= state.reported) return [];
      if (upTo > state.counted)
        throw violated('more_than_counted', `Only ${state.counted} were counted: report at most those.`);
      const quantity = upTo - state.reported;
      return [{ type: 'billing.usage.reported', data: { ...about, quantity, reportedAt: command.at } }];
    }
    case 'usage_meter.reset_period': {
      const { periodStart, periodEnd } = command.data;
      if (state.periodStart !== null && !isAfter(periodStart, state.periodStart)) return [];
      requirePeriod(command.data);
      const data = { ...about, previousTotal: state.total, periodStart, periodEnd };
      return [{ type: 'billing.usage.period_reset', data }];
    }
  }
}

function requirePeriod({ periodStart, periodEnd }: { readonly periodStart: string; readonly periodEnd: string }): void {
  if (!isAfter(periodEnd, periodStart)) throw violated('period_empty', 'The period must end after it starts.');
}

function evolve(state: UsageMeter, event: UsageMeterEvent, command: UsageMeterCommand): UsageMeter {
  switch (event.type) {
    case 'billing.usage_meter.created': {
      if (command.type !== 'usage_meter.create') return state;
      const { meterId: id, accountId, metric, stripeMeterEventName } = event.data;
      const { periodStart, periodEnd } = command.data;
      const { at: createdAt } = command;
      return { ...state, id, accountId, metric, stripeMeterEventName, periodStart, periodEnd, createdAt };
    }
    case 'billing.usage.incremented': {
      const { quantity, total } = event.data;
      return { ...state, total, counted: state.counted + quantity };
    }
    case 'billing.usage.reported': {
      const { quantity, reportedAt } = event.data;
      return { ...state, reported: state.reported + quantity, reportedAt };
    }
    case 'billing.usage.period_reset': {
      const { periodStart, periodEnd } = event.data;
      return { ...state, total: 0, periodStart, periodEnd };
    }
  }
}
