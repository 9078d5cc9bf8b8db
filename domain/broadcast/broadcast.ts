// The broadcast: one message to everyone on a list, at a limited rate. The row is the truth. Each recipient has a row of its own.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { isAfter, isSameMoment } from '../kernel/time.ts';
import { withChanges } from '../outreach/changes.ts';
import { type OutreachMessage, requireSendable } from '../outreach/message.ts';
import type { BroadcastCommand } from './commands.ts';
import type { BroadcastEvent } from './events.ts';

/** A broadcast's state. Times are ISO 8601. */
export type Broadcast = {
  readonly id: string;
  readonly tenantId: string;
  readonly projectId: string;
  readonly name: string;
  readonly listId: string;
  readonly channelId: string;
  readonly message: OutreachMessage;
  readonly ratePerMinute: number;
  readonly status: 'draft' | 'scheduled' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
  readonly scheduledAt: string | null;
  readonly startedAt: string | null;
  readonly pausedAt: string | null;
  readonly endedAt: string | null;
  readonly failureReason: string | null;
  /** Counts the tries: each retry of those who failed is another one. */
  readonly round: number;
  readonly createdAt: string | null;
};

type CommandOf<Type extends BroadcastCommand['type']> = Extract<BroadcastCommand, { type: Type }>;
type StateCommand = Exclude<BroadcastCommand, CommandOf<'broadcast.create' | 'broadcast.update'>>;

export const broadcast = defineAggregate<Broadcast, BroadcastCommand, BroadcastEvent>({
  aggregate: 'broadcast',
  storage: 'state',
  initialState: () => ({
    id: '',
    tenantId: '',
    projectId: '',
    name: '',
    listId: '',
    channelId: '',
    message: { type: 'text', content: '' },
    ratePerMinute: 1,
    status: 'draft',
    scheduledAt: null,
    startedAt: null,
    pausedAt: null,
    endedAt: null,
    failureReason: null,
    round: 1,
    createdAt: null,
  }),
  decide,
  evolve,
  settle,
});

function decide(command: BroadcastCommand, state: Broadcast): BroadcastEvent[] {
  if (command.type === 'broadcast.create') {
    if (state.createdAt !== null) throw violated('broadcast_exists', 'A broadcast with this id exists already.');
    requireSendable(command.data.message);
    return [{ type: 'broadcast.created', data: command.data }];
  }
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such broadcast.');
  if (command.type !== 'broadcast.update') return changeState(command, state);
  if (state.status !== 'draft')
    throw violated('broadcast_not_draft', 'Only a draft can be changed: cancel it and make another broadcast.');
  if (command.data.message) requireSendable(command.data.message);
  return [];
}

/** A changed draft: the catalogue has no event for it. */
function settle(state: Broadcast, command: BroadcastCommand): Broadcast {
  return command.type === 'broadcast.update' ? withChanges(state, command.data) : state;
}

/** From which states each command may be given, and where it leads: there it does nothing. */
const ways = {
  'broadcast.schedule': { from: ['draft', 'scheduled'], to: null, says: 'only a draft can be scheduled' },
  'broadcast.start': { from: ['draft', 'scheduled'], to: 'running', says: 'only a draft can be started' },
  'broadcast.pause': { from: ['running'], to: 'paused', says: 'only a running broadcast can be paused' },
  'broadcast.resume': { from: ['paused'], to: 'running', says: 'only a paused broadcast can be resumed' },
  'broadcast.retry_failed': { from: ['completed'], to: 'running', says: 'it is retried once it is completed' },
  'broadcast.cancel': {
    from: ['draft', 'scheduled', 'running', 'paused'],
    to: 'cancelled',
    says: 'what is over can not be called off',
  },
  'broadcast.fail': { from: ['scheduled', 'running', 'paused'], to: 'failed', says: 'nothing runs that could fail' },
  'broadcast.complete': { from: ['running'], to: 'completed', says: 'only a running broadcast can be completed' },
} as const satisfies Record<
  StateCommand['type'],
  { readonly from: readonly Broadcast['status'][]; readonly to: Broadcast['status'] | null; readonly says: string }
>;

function changeState(command: StateCommand, state: Broadcast): BroadcastEvent[] {
  const { from, to, says } = ways[command.type];
  if (state.status === to) return [];
  if (!(from as readonly string[]).includes(state.status))
    throw violated(`broadcast_${state.status}`, `The broadcast is ${state.status}: ${says}.`);
  const { at } = command;
  const broadcastId = state.id;
  switch (command.type) {
    case 'broadcast.schedule': {
      const { scheduledAt } = command.data;
      if (isSameMoment(state.scheduledAt, scheduledAt)) return [];
      if (!isAfter(scheduledAt, at))
        throw violated('schedule_in_past', 'The start lies in the past: give a later one, or start it now.');
      return [{ type: 'broadcast.scheduled', data: { broadcastId, scheduledAt } }];
    }
    case 'broadcast.start':
      return [{ type: 'broadcast.started', data: { broadcastId, startedAt: at } }];
    case 'broadcast.pause':
      return [{ type: 'broadcast.paused', data: { broadcastId, pausedAt: at } }];
    case 'broadcast.resume':
    case 'broadcast.retry_failed':
      return [{ type: 'broadcast.resumed', data: { broadcastId, resumedAt: at } }];
    case 'broadcast.cancel':
      return [{ type: 'broadcast.cancelled', data: { broadcastId, cancelledAt: at } }];
    case 'broadcast.fail':
      return [{ type: 'broadcast.failed', data: { broadcastId, failedAt: at, reason: command.data.reason } }];
    case 'broadcast.complete':
      return complete(command, broadcastId);
  }
}

function complete({ data, at }: CommandOf<'broadcast.complete'>, broadcastId: string): BroadcastEvent[] {
  const { pending, sending, sent, failed, skipped } = data;
  if (pending + sending > 0)
    throw violated('recipients_open', `${pending + sending} recipients are not settled yet: wait for them.`);
  const counts = { totalSent: sent + failed, successCount: sent, failureCount: failed, skippedCount: skipped };
  return [{ type: 'broadcast.completed', data: { broadcastId, completedAt: at, ...counts } }];
}

function evolve(state: Broadcast, event: BroadcastEvent, command: BroadcastCommand): Broadcast {
  switch (event.type) {
    case 'broadcast.created': {
      const { broadcastId, tenantId, name, message, listId } = event.data;
      const { projectId = '', channelId = '', ratePerMinute = 1 } = event.data;
      const about = { tenantId, projectId, name, message, listId, channelId, ratePerMinute };
      return { ...state, ...about, id: broadcastId, createdAt: command.at };
    }
    case 'broadcast.scheduled':
      return { ...state, status: 'scheduled', scheduledAt: event.data.scheduledAt };
    case 'broadcast.started':
      return { ...state, status: 'running', startedAt: event.data.startedAt };
    case 'broadcast.paused':
      return { ...state, status: 'paused', pausedAt: event.data.pausedAt };
    case 'broadcast.resumed': {
      const round = command.type === 'broadcast.retry_failed' ? state.round + 1 : state.round;
      return { ...state, status: 'running', pausedAt: null, endedAt: null, round };
    }
    case 'broadcast.completed':
      return { ...state, status: 'completed', endedAt: event.data.completedAt };
    case 'broadcast.cancelled':
      return { ...state, status: 'cancelled', pausedAt: null, endedAt: event.data.cancelledAt };
    case 'broadcast.failed': {
      const { failedAt, reason } = event.data;
      return { ...state, status: 'failed', pausedAt: null, endedAt: failedAt, failureReason: reason };
    }
  }
}
