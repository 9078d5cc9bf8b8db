// A channel's import of what was exchanged before: enabled, asked for, begun, done or failed. One at a time.
import type { z } from 'zod';
import { violated } from '../kernel/errors.ts';
import type { Channel } from './channel.ts';
import type { ChannelCommand } from './commands.ts';
import type { ChannelEvent, importCounts, importStrategies } from './events.ts';

/** What an import came to. */
export type ImportCounts = { readonly [Name in keyof typeof importCounts]: z.infer<(typeof importCounts)[Name]> };

/** The latest import of a channel. One that was asked for and has neither begun nor failed has `requestedAt` alone. */
export type HistoryImport = {
  readonly enabled: boolean;
  readonly agentId: string | null;
  readonly status: 'idle' | 'importing' | 'completed' | 'failed';
  readonly strategy: (typeof importStrategies)[number] | null;
  readonly timeRangeDays: number | null;
  readonly limit: number | null;
  /** Silence that long ends a session, in minutes. */
  readonly sessionGapMinutes: number;
  /** How often the gateway is asked at most. */
  readonly requestsPerMinute: number;
  /** Whether what is imported sets off automations. */
  readonly automations: boolean;
  /** Whether customers' webhooks hear of what is imported. */
  readonly webhooks: boolean;
  readonly requestedAt: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly lastError: string | null;
  readonly counts: ImportCounts | null;
};

type ImportCommand = Extract<
  ChannelCommand,
  {
    type:
      | 'channel.enable_history_import'
      | 'channel.request_history_import'
      | 'channel.start_history_import'
      | 'channel.complete_history_import'
      | 'channel.fail_history_import';
  }
>;
type ImportEvent = Extract<ChannelEvent, { type: `channel.history_import.${string}` }>;

/** A channel that has imported nothing yet. */
export const noImport: HistoryImport = {
  enabled: false,
  agentId: null,
  status: 'idle',
  strategy: null,
  timeRangeDays: null,
  limit: null,
  sessionGapMinutes: 30,
  requestsPerMinute: 300,
  automations: false,
  webhooks: false,
  requestedAt: null,
  startedAt: null,
  endedAt: null,
  lastError: null,
  counts: null,
};

const isWaiting = ({ requestedAt, startedAt, endedAt }: HistoryImport): boolean =>
  requestedAt !== null && startedAt === null && endedAt === null;

/** What a command of the import causes. */
export function decideImport({ type, data, at }: ImportCommand, state: Channel): ChannelEvent[] {
  const { id: channelId, type: channelType, historyImport } = state;
  const { enabled, status } = historyImport;
  switch (type) {
    case 'channel.enable_history_import':
      return enabled ? [] : [{ type: 'channel.history_import.enabled', data: { channelId, ...data, enabledAt: at } }];
    case 'channel.request_history_import':
      if (!enabled) throw violated('history_import_not_enabled', "Enable the channel's history import first.");
      if (state.status !== 'active')
        throw violated('channel_not_active', `The channel is ${state.status}: only an active one can import.`);
      if (isWaiting(historyImport) || status === 'importing')
        throw violated('history_import_running', 'An import is on its way: wait until it has ended.');
      return [{ type: 'channel.history_import.requested', data: { channelId, channelType, ...data, requestedAt: at } }];
    case 'channel.start_history_import':
      if (status === 'importing') return [];
      if (!isWaiting(historyImport)) throw violated('history_import_not_requested', 'Nobody has asked for an import.');
      return [{ type: 'channel.history_import.started', data: { channelId, startedAt: at } }];
    case 'channel.complete_history_import':
      if (status !== 'importing') throw violated('history_import_not_running', 'There is no import to complete.');
      return [{ type: 'channel.history_import.completed', data: { channelId, completedAt: at, ...data } }];
    case 'channel.fail_history_import':
      if (status !== 'importing' && !isWaiting(historyImport))
        throw violated('history_import_not_running', 'There is no import that could fail.');
      return [{ type: 'channel.history_import.failed', data: { channelId, failedAt: at, ...data } }];
  }
}

/** The import after one of its events. */
export function evolveImport(state: HistoryImport, event: ImportEvent): HistoryImport {
  switch (event.type) {
    case 'channel.history_import.enabled':
      return { ...state, enabled: true, agentId: event.data.agentId ?? null };
    case 'channel.history_import.requested': {
      const { strategy, timeRangeDays = null, limit = null, requestedAt, ...settings } = event.data;
      const { enabled, agentId } = state;
      return {
        ...{ ...noImport, enabled, agentId, strategy, timeRangeDays, limit, requestedAt },
        sessionGapMinutes: settings.sessionGapMinutes ?? noImport.sessionGapMinutes,
        requestsPerMinute: settings.requestsPerMinute ?? noImport.requestsPerMinute,
        automations: settings.automations ?? false,
        webhooks: settings.webhooks ?? false,
      };
    }
    case 'channel.history_import.started':
      return { ...state, status: 'importing', startedAt: event.data.startedAt };
    case 'channel.history_import.completed': {
      const { channelId: _, completedAt, ...counts } = event.data;
      return { ...state, status: 'completed', endedAt: completedAt, counts };
    }
    case 'channel.history_import.failed':
      return { ...state, status: 'failed', endedAt: event.data.failedAt, lastError: event.data.reason };
  }
}
