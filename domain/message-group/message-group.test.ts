// The message group: the wait starts again with each message but has a cap; only open groups change.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const groupId = id(10);
const ids = { contactId: id(11), channelId: id(12), sessionId: id(13) };
const first = id(14);
const second = id(15);
const opening = { groupId, ...ids, projectId: id(16), messageId: first, debounceMs: 15_000, maxWaitMs: 60_000 };
const open: Input = { type: 'message_group.open', data: opening, at: '2026-01-31T12:00:00.000Z' };
const add = (messageId: string, at: string): Input => ({
  type: 'message_group.add_message',
  data: { messageId, debounceMs: 15_000 },
  at,
});
const start: Input = { type: 'message_group.start_processing', data: {} };

describe('message group', () => {
  it('opens with its first message', () => {
    const state = given(aggregates.message_group)
      .when('message_group.open', opening)
      .thenEvents([
        { type: 'message_group.created', data: { groupId, ...ids } },
        { type: 'message_group.message_added', data: { groupId, messageId: first } },
      ]);
    assert.deepEqual([state.messageIds, state.createdAt], [[first], momentOf(0)]);
    assert.deepEqual([state.dueAt, state.capAt], ['2026-01-31T12:00:15.000Z', '2026-01-31T12:01:00.000Z']);
    given(aggregates.message_group, [open]).when('message_group.open', opening).thenRefused('group_exists');
    given(aggregates.message_group).when('message_group.expire').thenRefused('not_found');
  });

  it('waits anew with each message, up to the cap', () => {
    const dueAfter = (at: string) => given(aggregates.message_group, [open, add(second, at)]).state.dueAt;
    assert.equal(dueAfter('2026-01-31T12:00:10.000Z'), '2026-01-31T12:00:25.000Z');
    assert.equal(dueAfter('2026-01-31T12:00:50.000Z'), '2026-01-31T12:01:00.000Z');
    given(aggregates.message_group, [open])
      .when('message_group.add_message', { messageId: first, debounceMs: 15_000 })
      .thenNothing();
  });

  it('is processed and completed with its counts', () => {
    const both = [open, add(second, '2026-01-31T12:00:10.000Z')];
    given(aggregates.message_group, both)
      .when('message_group.start_processing')
      .thenEvents([{ type: 'message_group.processing', data: { groupId, startedAt: momentOf(2), messageCount: 2 } }]);
    const done = given(aggregates.message_group, [...both, start])
      .when('message_group.complete', { enrichmentCount: 1 })
      .thenEvents([
        {
          type: 'message_group.completed',
          data: { groupId, completedAt: momentOf(3), messageCount: 2, enrichmentCount: 1 },
        },
      ]);
    assert.equal(done.status, 'completed');
  });

  it('refuses what its state does not allow', () => {
    const processing = given(aggregates.message_group, [open, start]);
    processing.when('message_group.add_message', { messageId: second, debounceMs: 1 }).thenRefused('group_not_pending');
    processing.when('message_group.start_processing').thenRefused('group_not_pending');
    given(aggregates.message_group, [open])
      .when('message_group.complete', { enrichmentCount: 0 })
      .thenRefused('group_not_processing');
    const expired = given(aggregates.message_group, [open, { type: 'message_group.expire', data: {} }]);
    assert.equal(expired.state.status, 'expired');
    expired.when('message_group.expire').thenRefused('group_finished');
  });

  it('gives a message back to a compensated saga, and goes with its only one', () => {
    const both = given(aggregates.message_group, [open, add(second, '2026-01-31T12:00:10.000Z')]);
    const rest = both
      .when('message_group.remove_message', { messageId: second })
      .thenEvents([{ type: 'message_group.message_added', data: { groupId, messageId: second, undone: true } }]);
    assert.deepEqual([rest.messageIds, rest.status], [[first], 'pending']);
    const gone = given(aggregates.message_group, [open])
      .when('message_group.remove_message', { messageId: first })
      .thenTypes('message_group.expired');
    assert.deepEqual([gone.messageIds, gone.status], [[], 'expired']);
    both.when('message_group.remove_message', { messageId: id(17) }).thenNothing();
    given(aggregates.message_group, [open, start, { type: 'message_group.complete', data: { enrichmentCount: 0 } }])
      .when('message_group.remove_message', { messageId: first })
      .thenNothing();
  });

  it('is never due after its cap, and never leaves an end state, whatever is asked of it', () => {
    const commands = arbitraryCommands(aggregates.message_group, {
      first: 'message_group.open',
      rare: ['message_group.expire', 'message_group.complete', 'message_group.start_processing'],
    });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { before, after } of runAll(aggregates.message_group, inputs).steps) {
          assert.ok(Date.parse(after.dueAt ?? '') <= Date.parse(after.capAt ?? ''));
          assert.equal(new Set(after.messageIds).size, after.messageIds.length);
          if (before.status === 'completed' || before.status === 'expired') assert.deepEqual(after, before);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
