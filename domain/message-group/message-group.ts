// The message group: messages of one contact that come shortly after one another and are answered as one. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { addMilliseconds, earlier } from '../kernel/time.ts';
import type { MessageGroupCommand } from './commands.ts';
import type { MessageGroupEvent } from './events.ts';

/** A group's state. It is due at `dueAt`, which each message moves on, but never past `capAt`. Times are ISO 8601. */
export type MessageGroup = {
  readonly id: string;
  readonly contactId: string;
  readonly channelId: string;
  readonly sessionId: string;
  readonly projectId: string;
  readonly status: 'pending' | 'processing' | 'completed' | 'expired';
  readonly messageIds: readonly string[];
  readonly lastMessageAt: string | null;
  readonly dueAt: string | null;
  readonly capAt: string | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly expiredAt: string | null;
  readonly createdAt: string | null;
};

const maxMessages = 1000;

export const messageGroup = defineAggregate<MessageGroup, MessageGroupCommand, MessageGroupEvent>({
  aggregate: 'message_group',
  storage: 'state',
  initialState: () => ({
    id: '',
    contactId: '',
    channelId: '',
    sessionId: '',
    projectId: '',
    status: 'pending',
    messageIds: [],
    lastMessageAt: null,
    dueAt: null,
    capAt: null,
    startedAt: null,
    completedAt: null,
    expiredAt: null,
    createdAt: null,
  }),
  decide,
  evolve,
});

function decide(command: MessageGroupCommand, state: MessageGroup): MessageGroupEvent[] {
  if (command.type === 'message_group.open') return open(command, state);
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such message group.');
  const groupId = state.id;
  const { at } = command;
  const messageCount = state.messageIds.length;
  switch (command.type) {
    case 'message_group.add_message':
      return addMessage(command.data.messageId, state);
    case 'message_group.remove_message':
      return removeMessage(command.data.messageId, at, state);
    case 'message_group.start_processing':
      if (state.status !== 'pending') throw notPending();
      return [{ type: 'message_group.processing', data: { groupId, startedAt: at, messageCount } }];
    case 'message_group.complete':
      if (state.status !== 'processing')
        throw violated('group_not_processing', 'The message group is not being processed: start processing it first.');
      return [{ type: 'message_group.completed', data: { groupId, completedAt: at, messageCount, ...command.data } }];
    case 'message_group.expire':
      if (!isOpen(state)) throw violated('group_finished', 'The message group is completed or expired already.');
      return [{ type: 'message_group.expired', data: { groupId, expiredAt: at } }];
  }
}

const notPending = (): DomainError =>
  violated('group_not_pending', 'The message group takes no more messages: open another one.');

const isOpen = ({ status }: MessageGroup): boolean => status === 'pending' || status === 'processing';

function open(
  { data }: Extract<MessageGroupCommand, { type: 'message_group.open' }>,
  state: MessageGroup,
): MessageGroupEvent[] {
  if (state.createdAt !== null) throw violated('group_exists', 'A message group with this id exists already.');
  const { groupId, contactId, channelId, sessionId, messageId } = data;
  return [
    { type: 'message_group.created', data: { groupId, contactId, channelId, sessionId } },
    { type: 'message_group.message_added', data: { groupId, messageId } },
  ];
}

function addMessage(messageId: string, state: MessageGroup): MessageGroupEvent[] {
  if (state.messageIds.includes(messageId)) return [];
  if (state.status !== 'pending') throw notPending();
  if (state.messageIds.length >= maxMessages)
    throw violated('group_full', `A message group holds at most ${maxMessages} messages: open another one.`);
  return [{ type: 'message_group.message_added', data: { groupId: state.id, messageId } }];
}

function removeMessage(messageId: string, expiredAt: string, state: MessageGroup): MessageGroupEvent[] {
  // A finished group has been answered: there is nothing left to take back.
  if (!isOpen(state) || !state.messageIds.includes(messageId)) return [];
  const groupId = state.id;
  if (state.messageIds.length === 1) return [{ type: 'message_group.expired', data: { groupId, expiredAt } }];
  return [{ type: 'message_group.message_added', data: { groupId, messageId, undone: true } }];
}

function evolve(state: MessageGroup, event: MessageGroupEvent, command: MessageGroupCommand): MessageGroup {
  switch (event.type) {
    case 'message_group.created': {
      if (command.type !== 'message_group.open') return state;
      const { groupId: id, ...ids } = event.data;
      const { projectId, maxWaitMs } = command.data;
      return { ...state, id, ...ids, projectId, capAt: addMilliseconds(command.at, maxWaitMs), createdAt: command.at };
    }
    case 'message_group.message_added': {
      const { messageId, undone } = event.data;
      if (undone) return { ...state, messageIds: state.messageIds.filter((other) => other !== messageId) };
      return { ...state, messageIds: [...state.messageIds, messageId], ...dueAfter(state, command) };
    }
    case 'message_group.processing':
      return { ...state, status: 'processing', startedAt: event.data.startedAt };
    case 'message_group.completed':
      return { ...state, status: 'completed', completedAt: event.data.completedAt };
    case 'message_group.expired':
      return {
        ...state,
        status: 'expired',
        messageIds: command.type === 'message_group.remove_message' ? [] : state.messageIds,
        expiredAt: event.data.expiredAt,
      };
  }
}

function dueAfter({ capAt, dueAt }: MessageGroup, command: MessageGroupCommand): Partial<MessageGroup> {
  if (command.type !== 'message_group.open' && command.type !== 'message_group.add_message') return { dueAt };
  return { lastMessageAt: command.at, dueAt: earlier(capAt, addMilliseconds(command.at, command.data.debounceMs)) };
}
