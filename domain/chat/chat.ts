// The chat: a place where messages are exchanged, with its participants and labels. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { ChatCommand } from './commands.ts';
import type { ChatEvent, chatTypes, participantRoles, participantTypes } from './events.ts';

/** Someone in a chat; `participantId` is a contact's id where the person is known, else the gateway's id of them. */
export type ChatParticipant = {
  readonly participantId: string;
  readonly participantType: (typeof participantTypes)[number];
  readonly role: (typeof participantRoles)[number];
};

/** A chat's state; a closed chat takes no more commands. Times are ISO 8601. */
export type Chat = {
  readonly id: string;
  readonly projectId: string;
  readonly channelId: string;
  readonly chatType: (typeof chatTypes)[number];
  readonly externalId: string;
  readonly contactId: string | null;
  readonly subject: string | null;
  readonly description: string | null;
  readonly status: 'active' | 'archived' | 'closed';
  readonly participants: readonly ChatParticipant[];
  readonly labels: readonly string[];
  readonly createdAt: string | null;
  readonly closedAt: string | null;
};

type CommandOf<Type extends ChatCommand['type']> = Extract<ChatCommand, { type: Type }>;

/** More than the largest groups of the gateways have. */
const maxParticipants = 5000;
const maxLabels = 50;

export const chat = defineAggregate<Chat, ChatCommand, ChatEvent>({
  aggregate: 'chat',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    channelId: '',
    chatType: 'individual',
    externalId: '',
    contactId: null,
    subject: null,
    description: null,
    status: 'active',
    participants: [],
    labels: [],
    createdAt: null,
    closedAt: null,
  }),
  decide,
  evolve,
});

function decide(command: ChatCommand, state: Chat): ChatEvent[] {
  if (command.type === 'chat.create') return create(command, state);
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such chat.');
  const chatId = state.id;
  if (state.status === 'closed') {
    if (command.type === 'chat.close') return [];
    throw violated('chat_closed', 'The chat is closed and cannot be changed: use another chat.');
  }
  switch (command.type) {
    case 'chat.set_subject':
      return setSubject(command.data.subject, state);
    case 'chat.set_description':
      if (command.data.description === (state.description ?? '')) return [];
      return [{ type: 'chat.description_updated', data: { chatId, ...command.data } }];
    case 'chat.add_participant':
    case 'chat.remove_participant':
    case 'chat.promote_participant':
    case 'chat.demote_participant':
      return changeParticipant(command, state);
    case 'chat.change_participants':
      return changeParticipants(command, state);
    case 'chat.add_label':
      if (state.labels.includes(command.data.labelId)) return [];
      if (state.labels.length >= maxLabels)
        throw violated('too_many_labels', `A chat carries at most ${maxLabels} labels: remove one first.`);
      return [{ type: 'chat.label_added', data: { chatId, ...command.data } }];
    case 'chat.remove_label':
      if (!state.labels.includes(command.data.labelId)) return [];
      return [{ type: 'chat.label_removed', data: { chatId, ...command.data } }];
    case 'chat.archive':
      return state.status === 'archived' ? [] : [{ type: 'chat.archived', data: { chatId } }];
    case 'chat.unarchive':
      return state.status === 'archived' ? [{ type: 'chat.unarchived', data: { chatId } }] : [];
    case 'chat.close':
      return [{ type: 'chat.closed', data: { chatId, closedAt: command.at } }];
  }
}

function create({ data }: CommandOf<'chat.create'>, state: Chat): ChatEvent[] {
  if (state.createdAt !== null) throw violated('chat_exists', 'A chat with this id exists already.');
  if (data.contactId && data.chatType !== 'individual')
    throw violated('chat_not_individual', 'Only an individual chat belongs to one contact: leave out contactId.');
  const { chatId, projectId, tenantId, chatType, externalId } = data;
  const made: ChatEvent = { type: 'chat.created', data: { chatId, projectId, tenantId, chatType, externalId } };
  if (!data.subject) return [made];
  return [made, { type: 'chat.subject_updated', data: { chatId, newSubject: data.subject } }];
}

function setSubject(newSubject: string, { id: chatId, subject }: Chat): ChatEvent[] {
  if (newSubject === subject) return [];
  return [
    { type: 'chat.subject_updated', data: { chatId, ...(subject !== null && { oldSubject: subject }), newSubject } },
  ];
}

type ParticipantCommand = Extract<ChatCommand, { data: { participantId: string } }>;

function changeParticipant(command: ParticipantCommand, state: Chat): ChatEvent[] {
  const { participantId } = command.data;
  const data = { chatId: state.id, participantId };
  const known = state.participants.find((participant) => participant.participantId === participantId);
  if (command.type === 'chat.add_participant') {
    if (known) return [];
    if (state.participants.length >= maxParticipants)
      throw violated(
        'too_many_participants',
        `A chat holds at most ${maxParticipants} participants: remove one first.`,
      );
    return [{ type: 'chat.participant_added', data: { chatId: state.id, ...command.data } }];
  }
  if (command.type === 'chat.remove_participant') return known ? [{ type: 'chat.participant_removed', data }] : [];
  if (!known) throw violated('not_a_participant', 'This person is not in the chat: add them first.');
  if (command.type === 'chat.promote_participant')
    return known.role === 'member' ? [{ type: 'chat.participant_promoted', data }] : [];
  if (known.role === 'superadmin')
    throw violated('owner_stays', 'The owner of a group (superadmin) cannot be demoted.');
  return known.role === 'admin' ? [{ type: 'chat.participant_demoted', data }] : [];
}

function changeParticipants({ data, at }: CommandOf<'chat.change_participants'>, state: Chat): ChatEvent[] {
  const events: ChatEvent[] = [];
  let sofar = state;
  const run = (command: ParticipantCommand): void => {
    for (const event of changeParticipant(command, sofar)) {
      events.push(event);
      sofar = evolve(sofar, event, command);
    }
  };
  for (const { change, ...participant } of data.changes) {
    const { participantId } = participant;
    switch (change) {
      case 'add':
        run({ type: 'chat.add_participant', data: participant, at });
        break;
      case 'remove':
        run({ type: 'chat.remove_participant', data: { participantId }, at });
        break;
      case 'promote':
        run({ type: 'chat.add_participant', data: { ...participant, role: 'member' }, at });
        run({ type: 'chat.promote_participant', data: { participantId }, at });
        break;
      case 'demote':
        run({ type: 'chat.add_participant', data: { ...participant, role: 'admin' }, at });
        run({ type: 'chat.demote_participant', data: { participantId }, at });
        break;
    }
  }
  return events;
}

function evolve(state: Chat, event: ChatEvent, command: ChatCommand): Chat {
  switch (event.type) {
    case 'chat.created':
      return created(state, event.data, command);
    case 'chat.subject_updated':
      return { ...state, subject: event.data.newSubject };
    case 'chat.description_updated':
      return { ...state, description: event.data.description };
    case 'chat.participant_added': {
      const { participantId, participantType, role } = event.data;
      return { ...state, participants: [...state.participants, { participantId, participantType, role }] };
    }
    case 'chat.participant_removed': {
      const others = state.participants.filter(({ participantId }) => participantId !== event.data.participantId);
      return { ...state, participants: others };
    }
    case 'chat.participant_promoted':
      return withRole(state, event.data.participantId, 'admin');
    case 'chat.participant_demoted':
      return withRole(state, event.data.participantId, 'member');
    case 'chat.label_added':
      return { ...state, labels: [...state.labels, event.data.labelId] };
    case 'chat.label_removed':
      return { ...state, labels: state.labels.filter((labelId) => labelId !== event.data.labelId) };
    case 'chat.archived':
      return { ...state, status: 'archived' };
    case 'chat.unarchived':
      return { ...state, status: 'active' };
    case 'chat.closed':
      return { ...state, status: 'closed', closedAt: event.data.closedAt };
  }
}

function created(state: Chat, event: Extract<ChatEvent, { type: 'chat.created' }>['data'], command: ChatCommand): Chat {
  if (command.type !== 'chat.create') return state;
  const { chatId, projectId, chatType, externalId } = event;
  const { channelId, contactId } = command.data;
  return {
    ...state,
    id: chatId,
    projectId,
    channelId,
    chatType,
    externalId,
    contactId: contactId ?? null,
    createdAt: command.at,
  };
}

function withRole(state: Chat, participantId: string, role: ChatParticipant['role']): Chat {
  const participants = state.participants.map((participant) =>
    participant.participantId === participantId ? { ...participant, role } : participant,
  );
  return { ...state, participants };
}
