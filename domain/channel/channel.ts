// The channel: a connection of a project to an outside messaging system. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { ChannelCommand, MessageGrouping } from './commands.ts';
import type { ChannelEvent, channelTypes } from './events.ts';

/** A label that the outside system keeps for its chats. */
export type ChannelLabel = { readonly labelId: string; readonly name: string; readonly color: string | null };

/** What `status` of a channel can be. */
export type ChannelStatus = 'inactive' | 'activating' | 'connecting' | 'active' | 'disconnected' | 'error';

/** A channel's state; `deletedAt` set means it is gone for everyone but the log. Times are ISO 8601. */
export type Channel = {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly type: (typeof channelTypes)[number];
  readonly externalId: string | null;
  readonly status: ChannelStatus;
  readonly webhookUrl: string | null;
  readonly messageGrouping: MessageGrouping;
  readonly labels: readonly ChannelLabel[];
  readonly lastError: string | null;
  readonly activatedAt: string | null;
  readonly disconnectedAt: string | null;
  readonly deletedAt: string | null;
  readonly createdAt: string | null;
};

const defaultGrouping: MessageGrouping = { enabled: false, debounceMs: 15_000, maxWaitMs: 60_000 };
/** The types that an integration of this product can connect. */
const typesWithAdapter: readonly string[] = ['waha'];
const maxLabels = 500;

export const channel = defineAggregate<Channel, ChannelCommand, ChannelEvent>({
  aggregate: 'channel',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    name: '',
    type: 'waha',
    externalId: null,
    status: 'inactive',
    webhookUrl: null,
    messageGrouping: defaultGrouping,
    labels: [],
    lastError: null,
    activatedAt: null,
    disconnectedAt: null,
    deletedAt: null,
    createdAt: null,
  }),
  decide,
  evolve,
});

function decide(command: ChannelCommand, state: Channel): ChannelEvent[] {
  if (command.type === 'channel.create') return create(command, state);
  if (state.createdAt === null || state.deletedAt !== null)
    throw new DomainError('not_found', 'There is no such channel.');
  const channelId = state.id;
  const { at } = command;
  switch (command.type) {
    case 'channel.confirm_working':
      return confirmWorking(command.data.webhookUrl, at, state);
    case 'channel.note_disconnected':
      if (state.status !== 'active') return [];
      return [{ type: 'channel.disconnected', data: { channelId, ...command.data, disconnectedAt: at } }];
    case 'channel.upsert_label':
      return upsertLabel(command.data, state);
    case 'channel.delete_label':
      if (!state.labels.some(({ labelId }) => labelId === command.data.labelId)) return [];
      return [{ type: 'channel.label.deleted', data: { channelId, ...command.data } }];
    case 'channel.deactivate':
      return state.status === 'inactive'
        ? []
        : [{ type: 'channel.deactivated', data: { channelId, deactivatedAt: at } }];
    case 'channel.delete':
      return [{ type: 'channel.deleted', data: { channelId, deletedAt: at } }];
  }
}

function create({ data, at }: Extract<ChannelCommand, { type: 'channel.create' }>, state: Channel): ChannelEvent[] {
  if (state.createdAt !== null) throw violated('channel_exists', 'A channel with this id exists already.');
  const { messageGrouping: _, ...rest } = data;
  return [{ type: 'channel.created', data: { ...rest, createdAt: at } }];
}

function confirmWorking(webhookUrl: string, at: string, { id: channelId, type, status }: Channel): ChannelEvent[] {
  if (!typesWithAdapter.includes(type))
    throw violated('channel_without_adapter', `Channels of type ${type} cannot be connected yet: use type waha.`);
  switch (status) {
    case 'active':
      return [];
    case 'disconnected':
    case 'error':
      return [{ type: 'channel.reconnected', data: { channelId, reconnectedAt: at } }];
    case 'inactive':
    case 'activating':
    case 'connecting':
      return [{ type: 'channel.activated', data: { channelId, activatedAt: at, webhookUrl } }];
  }
}

function upsertLabel(
  data: Extract<ChannelCommand, { type: 'channel.upsert_label' }>['data'],
  state: Channel,
): ChannelEvent[] {
  const known = state.labels.find(({ labelId }) => labelId === data.labelId);
  if (known && known.name === data.name && known.color === (data.color ?? null)) return [];
  if (!known && state.labels.length >= maxLabels)
    throw violated('too_many_labels', `A channel keeps at most ${maxLabels} labels: delete one first.`);
  return [{ type: 'channel.label.upserted', data: { channelId: state.id, ...data } }];
}

function evolve(state: Channel, event: ChannelEvent, command: ChannelCommand): Channel {
  const webhookUrl = command.type === 'channel.confirm_working' ? command.data.webhookUrl : state.webhookUrl;
  switch (event.type) {
    case 'channel.created': {
      const { channelId, projectId, name, type, externalId, createdAt } = event.data;
      const grouping = command.type === 'channel.create' ? command.data.messageGrouping : undefined;
      return {
        ...state,
        id: channelId,
        projectId,
        name,
        type,
        externalId: externalId ?? null,
        messageGrouping: grouping ?? state.messageGrouping,
        createdAt,
      };
    }
    case 'channel.activated':
      return { ...state, status: 'active', webhookUrl, activatedAt: event.data.activatedAt, lastError: null };
    case 'channel.reconnected':
      return { ...state, status: 'active', webhookUrl, disconnectedAt: null, lastError: null };
    case 'channel.disconnected': {
      const { reason, disconnectedAt } = event.data;
      return { ...state, status: 'disconnected', lastError: reason, disconnectedAt };
    }
    case 'channel.deactivated':
      return { ...state, status: 'inactive' };
    case 'channel.deleted':
      return { ...state, status: 'inactive', deletedAt: event.data.deletedAt };
    case 'channel.label.upserted': {
      const { labelId, name, color } = event.data;
      const others = state.labels.filter((label) => label.labelId !== labelId);
      return { ...state, labels: [...others, { labelId, name, color: color ?? null }] };
    }
    case 'channel.label.deleted':
      return { ...state, labels: state.labels.filter(({ labelId }) => labelId !== event.data.labelId) };
  }
}
