// The message: content and fate of one message, in or out. The row is the truth: content comes from commands, never from events.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { isAfter, isSameMoment } from '../kernel/time.ts';
import { applyStatus, type MessageStatus } from './apply-status.ts';
import type { MessageCommand, MessageLocation, MessageMedia, messageSources } from './commands.ts';
import type { MessageEvent } from './events.ts';
import type { messageTypes } from './message-types.ts';
import { requestProcessing } from './request-processing.ts';

/** One person's reaction. An empty `reaction` was taken back: it stays, so that an older one that comes late is known as such. */
export type MessageReaction = {
  readonly contactId: string;
  readonly reaction: string;
  readonly reactedAt: string;
  readonly fromMe: boolean;
};

/** A message's state; `discardedAt` set means it is gone for everyone but the log. Times are ISO 8601, of the gateway but for `createdAt`. */
export type Message = {
  readonly id: string;
  readonly projectId: string;
  readonly channelId: string;
  readonly chatId: string | null;
  readonly sessionId: string | null;
  readonly contactId: string;
  readonly channelMessageId: string | null;
  readonly fromMe: boolean;
  readonly source: (typeof messageSources)[number];
  readonly messageType: (typeof messageTypes)[number];
  readonly status: MessageStatus;
  readonly body: string | null;
  readonly media: MessageMedia | null;
  readonly location: MessageLocation | null;
  readonly vcards: readonly string[] | null;
  readonly replyToChannelMessageId: string | null;
  readonly arrival: number | null;
  readonly sentAt: string | null;
  readonly deliveredAt: string | null;
  readonly readAt: string | null;
  readonly playedAt: string | null;
  readonly failedAt: string | null;
  readonly failureReason: string | null;
  readonly editedAt: string | null;
  readonly revokedAt: string | null;
  readonly reactions: readonly MessageReaction[];
  readonly discardedAt: string | null;
  readonly createdAt: string | null;
};

type CommandOf<Type extends MessageCommand['type']> = Extract<MessageCommand, { type: Type }>;

export const message = defineAggregate<Message, MessageCommand, MessageEvent>({
  aggregate: 'message',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    channelId: '',
    chatId: null,
    sessionId: null,
    contactId: '',
    channelMessageId: null,
    fromMe: false,
    source: 'manual',
    messageType: 'text',
    status: 'queued',
    body: null,
    media: null,
    location: null,
    vcards: null,
    replyToChannelMessageId: null,
    arrival: null,
    sentAt: null,
    deliveredAt: null,
    readAt: null,
    playedAt: null,
    failedAt: null,
    failureReason: null,
    editedAt: null,
    revokedAt: null,
    reactions: [],
    discardedAt: null,
    createdAt: null,
  }),
  decide,
  evolve,
});

function decide(command: MessageCommand, state: Message): MessageEvent[] {
  const isNew = command.type === 'message.receive' || command.type === 'message.queue';
  if (state.discardedAt !== null && command.type === 'message.discard') return [];
  if (state.discardedAt !== null || (state.createdAt === null && !isNew))
    throw new DomainError('not_found', 'There is no such message.');
  const messageId = state.id;
  switch (command.type) {
    case 'message.receive':
    case 'message.queue':
      return create(command, state);
    case 'message.apply_status':
      return applyStatus(command.data, state);
    case 'message.edit': {
      const { editedAt } = command.data;
      // What was taken back stays so; of two edits the later one stands, whichever comes first.
      const isNews = state.revokedAt === null && (state.editedAt === null || isAfter(editedAt, state.editedAt));
      return isNews ? [{ type: 'message.edited', data: { messageId, editedAt } }] : [];
    }
    case 'message.revoke':
      return state.revokedAt === null ? [{ type: 'message.revoked', data: { messageId, ...command.data } }] : [];
    case 'message.set_reaction':
      return setReaction(command, state);
    case 'message.discard':
      return [
        { type: 'message.failed', data: { messageId, failureReason: command.data.reason, failedAt: command.at } },
      ];
  }
}

function create(command: CommandOf<'message.receive' | 'message.queue'>, state: Message): MessageEvent[] {
  const { data, at } = command;
  if (state.createdAt !== null) throw violated('message_exists', 'A message with this id exists already.');
  const fromMe = command.type === 'message.queue' || command.data.fromMe;
  const created: MessageEvent = {
    type: 'message.created',
    data: {
      messageId: data.messageId,
      contactId: data.contactId,
      fromMe,
      createdAt: at,
      messageType: data.messageType,
      channelId: data.channelId,
      ...(command.type === 'message.queue' &&
        command.data.campaignId !== undefined && { campaignId: command.data.campaignId }),
    },
  };
  if (command.type === 'message.receive') return [created, ...requestProcessing(command.data, at)];
  if (!data.body && !data.media && !data.location && !data.vcards?.length)
    throw violated('message_empty', 'There is nothing to send: give the message a body, media, a location or vcards.');
  return [created];
}

const isSamePerson = (one: MessageReaction, other: MessageReaction): boolean =>
  one.contactId === other.contactId && one.fromMe === other.fromMe;

function setReaction({ data }: CommandOf<'message.set_reaction'>, state: Message): MessageEvent[] {
  const now = state.reactions.find((reaction) => isSamePerson(reaction, data));
  if (now && isAfter(now.reactedAt, data.reactedAt)) return [];
  if (now?.reaction === data.reaction && isSameMoment(now.reactedAt, data.reactedAt)) return [];
  const { contactId, reaction, reactedAt } = data;
  return [{ type: 'message.reaction_set', data: { messageId: state.id, contactId, reaction, reactedAt } }];
}

function evolve(state: Message, event: MessageEvent, command: MessageCommand): Message {
  // An outgoing message learns the gateway's id with its first status, unless one was reserved for it.
  const channelMessageId =
    state.channelMessageId ??
    (command.type === 'message.apply_status' ? (command.data.channelMessageId ?? null) : null);
  const moved = { ...state, channelMessageId, failedAt: null, failureReason: null };
  switch (event.type) {
    case 'message.created':
      return created(state, event.data, command);
    case 'message.sent':
      return { ...moved, status: 'sent', sentAt: event.data.sentAt };
    case 'message.delivered':
      return { ...moved, status: 'delivered', deliveredAt: event.data.deliveredAt };
    case 'message.read':
      return { ...moved, status: 'read', readAt: event.data.readAt };
    case 'message.played':
      return { ...moved, status: 'played', playedAt: event.data.playedAt };
    case 'message.failed': {
      const { failedAt, failureReason } = event.data;
      const discardedAt = command.type === 'message.discard' ? failedAt : null;
      return { ...moved, status: 'failed', failedAt, failureReason, discardedAt };
    }
    case 'message.edited':
      return {
        ...state,
        editedAt: event.data.editedAt,
        body: command.type === 'message.edit' ? command.data.body : state.body,
      };
    case 'message.revoked':
      return { ...state, revokedAt: event.data.revokedAt, body: null, media: null, location: null, vcards: null };
    case 'message.reaction_set': {
      if (command.type !== 'message.set_reaction') return state;
      const others = state.reactions.filter((reaction) => !isSamePerson(reaction, command.data));
      return { ...state, reactions: [...others, command.data] };
    }
    case 'message.ai.process_image_requested':
    case 'message.ai.process_video_requested':
    case 'message.ai.process_audio_requested':
    case 'message.ai.process_voice_requested':
      return state;
  }
}

type Created = Extract<MessageEvent, { type: 'message.created' }>['data'];

function created(state: Message, event: Created, command: MessageCommand): Message {
  if (command.type !== 'message.receive' && command.type !== 'message.queue') return state;
  const { data } = command;
  const received = command.type === 'message.receive' ? command.data : undefined;
  return {
    ...state,
    id: event.messageId,
    projectId: data.projectId,
    channelId: data.channelId,
    chatId: data.chatId ?? null,
    sessionId: data.sessionId ?? null,
    contactId: event.contactId,
    channelMessageId: data.channelMessageId ?? null,
    fromMe: event.fromMe,
    source: data.source,
    messageType: data.messageType,
    // What came in has been delivered, what left the phone has been sent: no acknowledgement tells so, hence no time either.
    status: received ? (received.status ?? (received.fromMe ? 'sent' : 'delivered')) : 'queued',
    body: data.body ?? null,
    media: data.media ?? null,
    location: data.location ?? null,
    vcards: data.vcards ?? null,
    replyToChannelMessageId: data.replyToChannelMessageId ?? null,
    arrival: data.arrival ?? null,
    sentAt: received?.sentAt ?? null,
    createdAt: event.createdAt,
  };
}
