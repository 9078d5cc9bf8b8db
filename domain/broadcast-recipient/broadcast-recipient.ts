// A recipient of a broadcast: a row of its own, so that a large broadcast is not one row that all wait for. How many are in each state is counted, never kept.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { BroadcastRecipientCommand } from './commands.ts';
import type { BroadcastRecipientEvent } from './events.ts';

/** What a recipient's `status` can be; the last three are the end. */
export const recipientStatuses = ['pending', 'sending', 'sent', 'failed', 'skipped'] as const;

/**
 * A recipient's state; the row is put in with the broadcast's start. `reason` says why it failed or was skipped, `attempt` counts the messages that
 * were meant for it, `notBefore` is the end of the contact's night. Times are ISO 8601.
 */
export type BroadcastRecipient = {
  readonly id: string;
  readonly projectId: string;
  readonly broadcastId: string;
  readonly contactId: string;
  readonly status: (typeof recipientStatuses)[number];
  readonly reason: string | null;
  readonly messageId: string | null;
  readonly attempt: number;
  readonly notBefore: string | null;
  readonly mayHaveArrived: boolean;
  readonly begunAt: string | null;
  readonly settledAt: string | null;
  readonly createdAt: string | null;
};

export const broadcastRecipient = defineAggregate<
  BroadcastRecipient,
  BroadcastRecipientCommand,
  BroadcastRecipientEvent
>({
  aggregate: 'broadcast_recipient',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    broadcastId: '',
    contactId: '',
    status: 'pending',
    reason: null,
    messageId: null,
    attempt: 1,
    notBefore: null,
    mayHaveArrived: false,
    begunAt: null,
    settledAt: null,
    createdAt: null,
  }),
  decide,
  evolve: (state) => state,
  settle,
});

/** From which state each command leads, and where to. */
const ways = {
  'broadcast_recipient.begin': { from: 'pending', to: 'sending' },
  'broadcast_recipient.confirm': { from: 'sending', to: 'sent' },
  'broadcast_recipient.fail': { from: 'sending', to: 'failed' },
  'broadcast_recipient.skip': { from: 'pending', to: 'skipped' },
  'broadcast_recipient.defer': { from: 'pending', to: 'pending' },
  'broadcast_recipient.retry': { from: 'failed', to: 'pending' },
} as const;

function decide(command: BroadcastRecipientCommand, state: BroadcastRecipient): BroadcastRecipientEvent[] {
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such recipient.');
  const { from, to } = ways[command.type];
  const { data } = command;
  if (state.status !== from && state.status !== to)
    throw violated(
      `recipient_${state.status}`,
      `The recipient is ${state.status}: only one that is ${from} can be ${to}.`,
    );
  if ('messageId' in data && state.status !== 'pending' && state.messageId !== data.messageId)
    throw violated('other_message', 'The recipient has another message: each gets one.');
  if (command.type === 'broadcast_recipient.retry' && state.mayHaveArrived)
    throw violated('may_have_arrived', 'Nobody can tell whether the message arrived: it is not sent a second time.');
  return [];
}

function settle(state: BroadcastRecipient, command: BroadcastRecipientCommand): BroadcastRecipient {
  const { to } = ways[command.type];
  const { at } = command;
  if (command.type === 'broadcast_recipient.defer')
    return state.notBefore === command.data.notBefore ? state : { ...state, notBefore: command.data.notBefore };
  if (state.status === to) return state;
  switch (command.type) {
    case 'broadcast_recipient.begin':
      return { ...state, status: to, messageId: command.data.messageId, begunAt: at };
    case 'broadcast_recipient.confirm':
      return { ...state, status: to, settledAt: at };
    case 'broadcast_recipient.fail': {
      const { reason, mayHaveArrived = false } = command.data;
      return { ...state, status: to, reason, mayHaveArrived, settledAt: at };
    }
    case 'broadcast_recipient.skip':
      return { ...state, status: to, reason: command.data.reason, settledAt: at };
    case 'broadcast_recipient.retry': {
      const anew = { reason: null, messageId: null, begunAt: null, settledAt: null };
      return { ...state, ...anew, status: to, attempt: state.attempt + 1 };
    }
  }
}
