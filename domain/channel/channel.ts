// The channel: a connection of a project to an outside messaging system. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { type ChannelType, typeFacts } from './channel-types.ts';
import type { ChannelCommand, MessageGrouping } from './commands.ts';
import type { ChannelEvent } from './events.ts';
import { decideImport, evolveImport, type HistoryImport, noImport } from './history-import.ts';

/** A label that the outside system keeps for its chats. */
export type ChannelLabel = { readonly labelId: string; readonly name: string; readonly color: string | null };

/** What `status` of a channel can be. `activating`: for the first time or anew; `connecting`: again, after the connection was lost. */
export type ChannelStatus = 'inactive' | 'activating' | 'connecting' | 'active' | 'disconnected' | 'error';

/** A channel's state; `deletedAt` set means it is gone for everyone but the log. Times are ISO 8601. */
export type Channel = {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly type: ChannelType;
  readonly externalId: string | null;
  readonly status: ChannelStatus;
  readonly webhookUrl: string | null;
  readonly messageGrouping: MessageGrouping;
  /** Whether media that comes in is put on the list of what a model shall look at. */
  readonly aiProcessing: boolean;
  /** Where contacts who write on it belong. */
  readonly pipelineId: string | null;
  readonly historyImport: HistoryImport;
  readonly labels: readonly ChannelLabel[];
  readonly lastError: string | null;
  readonly activationRequestedAt: string | null;
  readonly activatedAt: string | null;
  readonly disconnectedAt: string | null;
  readonly deletedAt: string | null;
  readonly createdAt: string | null;
};

const defaultGrouping: MessageGrouping = { enabled: false, debounceMs: 15_000, maxWaitMs: 60_000 };
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
    aiProcessing: true,
    pipelineId: null,
    historyImport: noImport,
    labels: [],
    lastError: null,
    activationRequestedAt: null,
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
    case 'channel.request_activation':
      return requestActivation(at, state);
    case 'channel.fail_activation':
      return failActivation(command.data.reason, at, state);
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
    case 'channel.enable_history_import':
    case 'channel.request_history_import':
    case 'channel.start_history_import':
    case 'channel.complete_history_import':
    case 'channel.fail_history_import':
      return decideImport(command, state);
    case 'channel.associate_pipeline':
      if (state.pipelineId === command.data.pipelineId) return [];
      return [
        ...disassociate(at, state),
        { type: 'channel.pipeline.associated', data: { channelId, ...command.data, associatedAt: at } },
      ];
    case 'channel.disassociate_pipeline':
      return disassociate(at, state);
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
  const { messageGrouping: _grouping, aiProcessing: _processing, ...rest } = data;
  return [{ type: 'channel.created', data: { ...rest, createdAt: at } }];
}

function requireAdapter({ type }: Channel): void {
  if (!typeFacts[type].hasAdapter)
    throw violated('channel_without_adapter', `Channels of type ${type} cannot be connected yet: use type waha.`);
}

function requestActivation(requestedAt: string, state: Channel): ChannelEvent[] {
  requireAdapter(state);
  const { id: channelId, type: channelType, status } = state;
  if (status === 'active' || status === 'activating' || status === 'connecting') return [];
  return [{ type: 'channel.activation.requested', data: { channelId, channelType, requestedAt } }];
}

function failActivation(reason: string, failedAt: string, { id: channelId, status }: Channel): ChannelEvent[] {
  if (status === 'error') return [];
  if (status !== 'activating' && status !== 'connecting')
    throw violated('activation_not_running', `The channel is ${status}: there is no activation that could fail.`);
  return [{ type: 'channel.activation.failed', data: { channelId, failedAt, reason } }];
}

function confirmWorking(webhookUrl: string, at: string, state: Channel): ChannelEvent[] {
  requireAdapter(state);
  const { id: channelId, status, activatedAt } = state;
  if (status === 'active') return [];
  const isBack = status === 'disconnected' || (status === 'error' && activatedAt !== null);
  if (isBack) return [{ type: 'channel.reconnected', data: { channelId, reconnectedAt: at } }];
  return [{ type: 'channel.activated', data: { channelId, activatedAt: at, webhookUrl } }];
}

function disassociate(disassociatedAt: string, { id: channelId, pipelineId }: Channel): ChannelEvent[] {
  if (pipelineId === null) return [];
  return [{ type: 'channel.pipeline.disassociated', data: { channelId, pipelineId, disassociatedAt } }];
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
      const settings = command.type === 'channel.create' ? settingsOf(command.data) : {};
      return {
        ...state,
        id: channelId,
        projectId,
        name,
        type,
        externalId: externalId ?? null,
        ...settings,
        createdAt,
      };
    }
    case 'channel.activation.requested': {
      const status = state.status === 'disconnected' ? 'connecting' : 'activating';
      return { ...state, status, activationRequestedAt: event.data.requestedAt, lastError: null };
    }
    case 'channel.activation.failed':
      return { ...state, status: 'error', lastError: event.data.reason };
    case 'channel.activated': {
      const { activatedAt } = event.data;
      return { ...state, status: 'active', webhookUrl, activatedAt, disconnectedAt: null, lastError: null };
    }
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
    case 'channel.history_import.enabled':
    case 'channel.history_import.requested':
    case 'channel.history_import.started':
    case 'channel.history_import.completed':
    case 'channel.history_import.failed':
      return { ...state, historyImport: evolveImport(state.historyImport, event) };
    case 'channel.pipeline.associated':
      return { ...state, pipelineId: event.data.pipelineId };
    case 'channel.pipeline.disassociated':
      return { ...state, pipelineId: null };
    case 'channel.label.upserted': {
      const { labelId, name, color } = event.data;
      const others = state.labels.filter((label) => label.labelId !== labelId);
      return { ...state, labels: [...others, { labelId, name, color: color ?? null }] };
    }
    case 'channel.label.deleted':
      return { ...state, labels: state.labels.filter(({ labelId }) => labelId !== event.data.labelId) };
  }
}

type Created = Extract<ChannelCommand, { type: 'channel.create' }>['data'];

/** The settings that were given; those that were not stay as they usually are. */
function settingsOf({ messageGrouping, aiProcessing }: Created): Partial<Channel> {
  return { ...(messageGrouping && { messageGrouping }), ...(aiProcessing !== undefined && { aiProcessing }) };
}
