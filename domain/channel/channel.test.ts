// The channel: only the gateway's own word makes it active; labels; deletion.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { channelCommands } from './commands.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const channelId = id(10);
const made = {
  channelId,
  projectId: id(11),
  tenantId: 'demo',
  name: 'Shop',
  type: 'waha',
  externalId: 'default',
} as const;
const create: Input = { type: 'channel.create', data: made };
const working = { webhookUrl: 'https://api.example/v1/webhooks/waha/1' };
const confirm: Input = { type: 'channel.confirm_working', data: working };
const lose: Input = { type: 'channel.note_disconnected', data: { reason: 'FAILED' } };

const off: Input = { type: 'channel.deactivate', data: {} };
const ask: Input = { type: 'channel.request_activation', data: {} };
const fail: Input = { type: 'channel.fail_activation', data: { reason: 'not scanned' } };
const allowImport: Input = { type: 'channel.enable_history_import', data: { agentId: id(14) } };
const month = { strategy: 'time_range', timeRangeDays: 30 } as const;
const wantImport: Input = { type: 'channel.request_history_import', data: month };
const beginImport: Input = { type: 'channel.start_history_import', data: {} };
const counts = {
  messagesImported: 5,
  duplicatesSkipped: 1,
  chatsImported: 2,
  contactsCreated: 2,
  sessionsCreated: 3,
};

describe('channel', () => {
  it('is set up inactive, with the usual grouping unless told otherwise', () => {
    const state = given(aggregates.channel)
      .when('channel.create', made)
      .thenEvents([{ type: 'channel.created', data: { ...made, createdAt: momentOf(0) } }]);
    assert.deepEqual([state.status, state.externalId], ['inactive', 'default']);
    assert.deepEqual(state.messageGrouping, { enabled: false, debounceMs: 15_000, maxWaitMs: 60_000 });
    const messageGrouping = { enabled: true, debounceMs: 10, maxWaitMs: 20 };
    const grouped = given(aggregates.channel).when('channel.create', { ...made, messageGrouping });
    assert.deepEqual(grouped.thenTypes('channel.created').messageGrouping, messageGrouping);
    given(aggregates.channel, [create]).when('channel.create', made).thenRefused('channel_exists');
    const shortCap = { ...made, messageGrouping: { ...messageGrouping, maxWaitMs: 5 } };
    assert.equal(channelCommands['channel.create'].safeParse(shortCap).success, false);
  });

  it('becomes active, is lost and found again', () => {
    const active = given(aggregates.channel, [create])
      .when('channel.confirm_working', working)
      .thenEvents([{ type: 'channel.activated', data: { channelId, activatedAt: momentOf(1), ...working } }]);
    assert.deepEqual([active.status, active.webhookUrl], ['active', working.webhookUrl]);
    given(aggregates.channel, [create, confirm]).when('channel.confirm_working', working).thenNothing();
    given(aggregates.channel, [create]).when('channel.note_disconnected', lose.data).thenNothing();
    const lost = given(aggregates.channel, [create, confirm, lose]);
    assert.deepEqual([lost.state.status, lost.state.lastError], ['disconnected', 'FAILED']);
    lost.when('channel.note_disconnected', lose.data).thenNothing();
    const found = lost.when('channel.confirm_working', working).thenTypes('channel.reconnected');
    assert.deepEqual([found.status, found.lastError, found.disconnectedAt], ['active', null, null]);
  });

  it('without an adapter cannot be connected', () => {
    given(aggregates.channel, [{ type: 'channel.create', data: { ...made, type: 'telegram' } }])
      .when('channel.confirm_working', working)
      .thenRefused('channel_without_adapter');
    given(aggregates.channel, [{ type: 'channel.create', data: { ...made, type: 'instagram' } }])
      .when('channel.request_activation')
      .thenRefused('channel_without_adapter');
  });

  it('is asked to connect, anew or again, and may fail to', () => {
    const asked = given(aggregates.channel, [create])
      .when('channel.request_activation')
      .thenEvents([
        { type: 'channel.activation.requested', data: { channelId, channelType: 'waha', requestedAt: momentOf(1) } },
      ]);
    assert.deepEqual([asked.status, asked.activationRequestedAt], ['activating', momentOf(1)]);
    const activating = given(aggregates.channel, [create, ask]);
    activating.when('channel.request_activation').thenNothing();
    assert.equal(activating.when('channel.confirm_working', working).thenTypes('channel.activated').status, 'active');
    const failed = activating.when('channel.fail_activation', { reason: 'not scanned' });
    const state = failed.thenEvents([
      { type: 'channel.activation.failed', data: { channelId, failedAt: momentOf(2), reason: 'not scanned' } },
    ]);
    assert.deepEqual([state.status, state.lastError], ['error', 'not scanned']);
    const inError = given(aggregates.channel, [create, ask, fail]);
    inError.when('channel.fail_activation', fail.data).thenNothing();
    inError.when('channel.confirm_working', working).thenTypes('channel.activated');
    const again = inError.when('channel.request_activation').thenTypes('channel.activation.requested');
    assert.deepEqual([again.status, again.lastError], ['activating', null]);
    const lost = given(aggregates.channel, [create, confirm, lose]);
    assert.equal(
      lost.when('channel.request_activation').thenTypes('channel.activation.requested').status,
      'connecting',
    );
    const wasActive = given(aggregates.channel, [create, confirm, lose, ask, fail]);
    wasActive.when('channel.confirm_working', working).thenTypes('channel.reconnected');
    given(aggregates.channel, [create, confirm]).when('channel.request_activation').thenNothing();
    for (const past of [[create], [create, confirm], [create, confirm, off]])
      given(aggregates.channel, past).when('channel.fail_activation', fail.data).thenRefused('activation_not_running');
  });

  it('imports its history once it may, one import at a time', () => {
    const active = [create, confirm];
    given(aggregates.channel, active)
      .when('channel.request_history_import', month)
      .thenRefused('history_import_not_enabled');
    given(aggregates.channel, [create, allowImport])
      .when('channel.request_history_import', month)
      .thenRefused('channel_not_active');
    given(aggregates.channel, active)
      .when('channel.enable_history_import', allowImport.data)
      .thenEvents([
        { type: 'channel.history_import.enabled', data: { channelId, agentId: id(14), enabledAt: momentOf(2) } },
      ]);
    const enabled = given(aggregates.channel, [...active, allowImport]);
    enabled.when('channel.enable_history_import').thenNothing();
    enabled.when('channel.start_history_import').thenRefused('history_import_not_requested');
    enabled.when('channel.complete_history_import', counts).thenRefused('history_import_not_running');
    enabled.when('channel.fail_history_import', { reason: 'x' }).thenRefused('history_import_not_running');
    const requestedAt = momentOf(3);
    enabled
      .when('channel.request_history_import', month)
      .thenEvents([
        { type: 'channel.history_import.requested', data: { channelId, channelType: 'waha', ...month, requestedAt } },
      ]);
    const waiting = given(aggregates.channel, [...active, allowImport, wantImport]);
    waiting.when('channel.request_history_import', month).thenRefused('history_import_running');
    waiting.when('channel.fail_history_import', { reason: 'x' }).thenTypes('channel.history_import.failed');
    const begun = waiting.when('channel.start_history_import').thenTypes('channel.history_import.started');
    assert.deepEqual([begun.historyImport.status, begun.historyImport.agentId], ['importing', id(14)]);
    const importing = given(aggregates.channel, [...active, allowImport, wantImport, beginImport]);
    importing.when('channel.start_history_import').thenNothing();
    importing.when('channel.request_history_import', month).thenRefused('history_import_running');
    const failed = importing.when('channel.fail_history_import', { reason: 'gone' });
    const { historyImport: after } = failed.thenTypes('channel.history_import.failed');
    assert.deepEqual([after.status, after.lastError], ['failed', 'gone']);
    const { historyImport } = importing
      .when('channel.complete_history_import', counts)
      .thenEvents([
        { type: 'channel.history_import.completed', data: { channelId, completedAt: momentOf(5), ...counts } },
      ]);
    assert.deepEqual([historyImport.status, historyImport.counts, historyImport.enabled], ['completed', counts, true]);
    const done: Input = { type: 'channel.complete_history_import', data: counts };
    const next = given(aggregates.channel, [...active, allowImport, wantImport, beginImport, done])
      .when('channel.request_history_import', { strategy: 'all' })
      .thenTypes('channel.history_import.requested').historyImport;
    assert.deepEqual([next.status, next.counts, next.timeRangeDays], ['idle', null, null]);
    const { 'channel.request_history_import': request } = channelCommands;
    assert.equal(request.safeParse({ strategy: 'time_range' }).success, false);
    assert.equal(request.safeParse({ strategy: 'all', timeRangeDays: 3 }).success, false);
  });

  it('leads into one pipeline or none', () => {
    const [one, other] = [id(15), id(16)];
    const led = given(aggregates.channel, [create, { type: 'channel.associate_pipeline', data: { pipelineId: one } }]);
    assert.equal(led.state.pipelineId, one);
    led.when('channel.associate_pipeline', { pipelineId: one }).thenNothing();
    const moved = led.when('channel.associate_pipeline', { pipelineId: other }).thenEvents([
      { type: 'channel.pipeline.disassociated', data: { channelId, pipelineId: one, disassociatedAt: momentOf(2) } },
      { type: 'channel.pipeline.associated', data: { channelId, pipelineId: other, associatedAt: momentOf(2) } },
    ]);
    assert.equal(moved.pipelineId, other);
    const free = led.when('channel.disassociate_pipeline').thenTypes('channel.pipeline.disassociated');
    assert.equal(free.pipelineId, null);
    given(aggregates.channel, [create]).when('channel.disassociate_pipeline').thenNothing();
  });

  it('keeps the labels of the outside system', () => {
    const label = { labelId: '7', name: 'Paid', color: '#64c4ff' };
    const labelled = given(aggregates.channel, [create, { type: 'channel.upsert_label', data: label }]);
    labelled.when('channel.upsert_label', label).thenNothing();
    const renamed = labelled.when('channel.upsert_label', { labelId: '7', name: 'Settled' });
    assert.deepEqual(renamed.thenTypes('channel.label.upserted').labels, [
      { labelId: '7', name: 'Settled', color: null },
    ]);
    labelled.when('channel.delete_label', { labelId: '8' }).thenNothing();
    const deleted = labelled.when('channel.delete_label', { labelId: '7' }).thenTypes('channel.label.deleted');
    assert.deepEqual(deleted.labels, []);
  });

  it('is switched off, and deleted for good', () => {
    given(aggregates.channel, [create]).when('channel.deactivate').thenNothing();
    const off = given(aggregates.channel, [create, confirm])
      .when('channel.deactivate')
      .thenTypes('channel.deactivated');
    assert.equal(off.status, 'inactive');
    given(aggregates.channel, [create]).when('channel.delete').thenTypes('channel.deleted');
    const deleted = given(aggregates.channel, [create, { type: 'channel.delete', data: {} }]);
    deleted.when('channel.delete').thenRefused('not_found');
    deleted.when('channel.confirm_working', working).thenRefused('not_found');
  });

  it('is active only after the gateway said so, whatever else is asked of it', () => {
    const commands = arbitraryCommands(aggregates.channel, {
      first: 'channel.create',
      rare: ['channel.delete', 'channel.deactivate'],
    });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { input, before, after } of runAll(aggregates.channel, inputs).steps) {
          if (before.status !== 'active' && after.status === 'active')
            assert.equal(input.type, 'channel.confirm_working');
          if (after.status === 'active') assert.notEqual(after.webhookUrl, null);
          const { status, startedAt, endedAt, counts: imported } = after.historyImport;
          assert.equal(status === 'importing', startedAt !== null && endedAt === null);
          assert.equal(status === 'completed', imported !== null);
          const labels = after.labels.map(({ labelId }) => labelId);
          assert.equal(new Set(labels).size, labels.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
