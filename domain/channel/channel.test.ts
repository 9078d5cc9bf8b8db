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
    const commands = arbitraryCommands(aggregates.channel, { first: 'channel.create', rare: ['channel.delete'] });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { input, before, after } of runAll(aggregates.channel, inputs).steps) {
          if (before.status !== 'active' && after.status === 'active')
            assert.equal(input.type, 'channel.confirm_working');
          if (after.status === 'active') assert.notEqual(after.webhookUrl, null);
          const labels = after.labels.map(({ labelId }) => labelId);
          assert.equal(new Set(labels).size, labels.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
