// The broadcast: from draft to one of three ends; and its recipients, each on its own.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import type { BroadcastRecipient } from '../broadcast-recipient/broadcast-recipient.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const broadcastId = id(10);
const about = {
  broadcastId,
  projectId: id(11),
  tenantId: 'demo',
  name: 'Hours',
  listId: id(12),
  channelId: id(13),
  message: { type: 'text', content: 'We open at ten.' },
  ratePerMinute: 30,
} as const;
const create: Input = { type: 'broadcast.create', data: about };
const start: Input = { type: 'broadcast.start', data: {} };
const pause: Input = { type: 'broadcast.pause', data: {} };
const cancel: Input = { type: 'broadcast.cancel', data: {} };
const fail: Input = { type: 'broadcast.fail', data: { reason: 'the channel was deleted' } };
const counts = { pending: 0, sending: 0, sent: 8, failed: 1, skipped: 2 };
const complete: Input = { type: 'broadcast.complete', data: counts };
const later = '2026-02-01T12:00:00.000Z';
const schedule: Input = { type: 'broadcast.schedule', data: { scheduledAt: later } };
const broadcast = (...past: Input[]) => given(aggregates.broadcast, [create, ...past]);

describe('broadcast', () => {
  it('is drafted once, with a message that can be sent', () => {
    const draft = given(aggregates.broadcast);
    const made = draft.when('broadcast.create', about).thenEvents([{ type: 'broadcast.created', data: about }]);
    assert.deepEqual([made.status, made.ratePerMinute, made.createdAt], ['draft', 30, momentOf(0)]);
    broadcast().when('broadcast.create', about).thenRefused('broadcast_exists');
    draft.when('broadcast.create', { ...about, message: { type: 'text', content: '' } }).thenRefused('empty_message');
    draft.when('broadcast.start').thenRefused('not_found');
  });

  it('is changed while it is a draft, without an event', () => {
    const changed = broadcast({ type: 'broadcast.update', data: { name: 'Later', message: about.message } });
    assert.equal(changed.state.name, 'Later');
    changed.when('broadcast.update', { name: 'Later' }).thenNothing();
    changed.when('broadcast.update', { message: { type: 'media', content: '' } }).thenRefused('media_url_missing');
    broadcast(start).when('broadcast.update', { name: 'x' }).thenRefused('broadcast_not_draft');
  });

  it('is scheduled for a time to come, which may change', () => {
    const event = (scheduledAt: string) =>
      ({ type: 'broadcast.scheduled', data: { broadcastId, scheduledAt } }) as const;
    assert.equal(
      broadcast()
        .when('broadcast.schedule', schedule.data)
        .thenEvents([event(later)]).status,
      'scheduled',
    );
    const scheduled = broadcast(schedule);
    scheduled.when('broadcast.schedule', schedule.data).thenNothing();
    const evenLater = '2026-02-02T12:00:00.000Z';
    scheduled.when('broadcast.schedule', { scheduledAt: evenLater }).thenEvents([event(evenLater)]);
    scheduled.when('broadcast.schedule', { scheduledAt: momentOf(0) }).thenRefused('schedule_in_past');
    broadcast(start).when('broadcast.schedule', schedule.data).thenRefused('broadcast_running');
  });

  it('runs, pauses and goes on', () => {
    for (const past of [[], [schedule]])
      broadcast(...past)
        .when('broadcast.start')
        .thenTypes('broadcast.started');
    broadcast().when('broadcast.pause').thenRefused('broadcast_draft');
    broadcast().when('broadcast.resume').thenRefused('broadcast_draft');
    const running = broadcast(start);
    running.when('broadcast.start').thenNothing();
    running.when('broadcast.resume').thenNothing();
    assert.equal(running.when('broadcast.pause').thenTypes('broadcast.paused').pausedAt, momentOf(2));
    const paused = broadcast(start, pause);
    paused.when('broadcast.pause').thenNothing();
    paused.when('broadcast.start').thenRefused('broadcast_paused');
    assert.equal(paused.when('broadcast.resume').thenTypes('broadcast.resumed').pausedAt, null);
  });

  it('is completed when nobody is left, with numbers that add up', () => {
    const completedAt = momentOf(2);
    const told = { totalSent: 9, successCount: 8, failureCount: 1, skippedCount: 2 };
    const ended = broadcast(start)
      .when('broadcast.complete', counts)
      .thenEvents([{ type: 'broadcast.completed', data: { broadcastId, completedAt, ...told } }]);
    assert.deepEqual([ended.status, ended.endedAt], ['completed', completedAt]);
    broadcast(start)
      .when('broadcast.complete', { ...counts, pending: 1 })
      .thenRefused('recipients_open');
    broadcast(start)
      .when('broadcast.complete', { ...counts, sending: 1 })
      .thenRefused('recipients_open');
    broadcast(start, complete)
      .when('broadcast.complete', { ...counts, pending: 1 })
      .thenNothing();
    broadcast(start, pause).when('broadcast.complete', counts).thenRefused('broadcast_paused');
  });

  it('goes on after its end with those who failed, and is completed again', () => {
    const again = broadcast(start, complete).when('broadcast.retry_failed').thenTypes('broadcast.resumed');
    assert.deepEqual([again.status, again.endedAt, again.round], ['running', null, 2]);
    broadcast(start).when('broadcast.retry_failed').thenNothing();
    broadcast(start, cancel).when('broadcast.retry_failed').thenRefused('broadcast_cancelled');
    const retry: Input = { type: 'broadcast.retry_failed', data: {} };
    broadcast(start, complete, retry).when('broadcast.complete', counts).thenTypes('broadcast.completed');
  });

  it('is called off or fails before its end, and stays ended', () => {
    for (const past of [[], [schedule], [start], [start, pause]])
      broadcast(...past)
        .when('broadcast.cancel')
        .thenTypes('broadcast.cancelled');
    for (const past of [[schedule], [start], [start, pause]])
      broadcast(...past)
        .when('broadcast.fail', fail.data)
        .thenTypes('broadcast.failed');
    broadcast().when('broadcast.fail', fail.data).thenRefused('broadcast_draft');
    const ends = [
      [cancel, 'cancelled'],
      [fail, 'failed'],
      [complete, 'completed'],
    ] as const;
    for (const [end, status] of ends) {
      const ended = broadcast(start, end);
      assert.equal(ended.state.status, status);
      for (const { type, data } of [start, pause, schedule, ...ends.map(([other]) => other)])
        if (type === end.type) ended.when(type as never, data).thenNothing();
        else ended.when(type as never, data).thenRefused(`broadcast_${status}`);
    }
  });
});

describe('broadcast recipient', () => {
  const waiting: BroadcastRecipient = {
    ...aggregates.broadcast_recipient.decider.initialState(),
    id: id(14),
    createdAt: momentOf(0),
  };
  const recipient = (...past: Input[]) => given(aggregates.broadcast_recipient, past, waiting);
  const messageId = id(15);
  const begin: Input = { type: 'broadcast_recipient.begin', data: { messageId } };
  const confirm: Input = { type: 'broadcast_recipient.confirm', data: { messageId } };

  it('is sent to once: sent, failed or skipped, and stays so', () => {
    const sent = recipient(begin, confirm);
    assert.deepEqual([sent.state.status, sent.state.messageId, sent.state.settledAt], ['sent', messageId, momentOf(1)]);
    const failed = recipient(begin, { type: 'broadcast_recipient.fail', data: { messageId, reason: 'no number' } });
    assert.deepEqual([failed.state.status, failed.state.reason], ['failed', 'no number']);
    const skipped = recipient({ type: 'broadcast_recipient.skip', data: { reason: 'opted_out' } });
    assert.deepEqual([skipped.state.status, skipped.state.reason], ['skipped', 'opted_out']);
    sent.when('broadcast_recipient.confirm', { messageId }).thenNothing();
    sent.when('broadcast_recipient.begin', { messageId }).thenRefused('recipient_sent');
    failed.when('broadcast_recipient.confirm', { messageId }).thenRefused('recipient_failed');
    skipped.when('broadcast_recipient.begin', { messageId }).thenRefused('recipient_skipped');
    recipient(begin).when('broadcast_recipient.skip', { reason: 'x' }).thenRefused('recipient_sending');
    recipient().when('broadcast_recipient.confirm', { messageId }).thenRefused('recipient_pending');
    recipient(begin)
      .when('broadcast_recipient.confirm', { messageId: id(16) })
      .thenRefused('other_message');
    given(aggregates.broadcast_recipient).when('broadcast_recipient.begin', { messageId }).thenRefused('not_found');
  });

  it('waits for the end of a night', () => {
    const deferred = recipient().when('broadcast_recipient.defer', { notBefore: later }).thenSettled();
    assert.deepEqual([deferred.status, deferred.notBefore], ['pending', later]);
    recipient(begin).when('broadcast_recipient.defer', { notBefore: later }).thenRefused('recipient_sending');
  });

  it('is tried again after a failure, with another message, unless that may have arrived', () => {
    const fail = (mayHaveArrived: boolean): Input => ({
      type: 'broadcast_recipient.fail',
      data: { messageId, reason: 'x', mayHaveArrived },
    });
    const again = recipient(begin, fail(false)).when('broadcast_recipient.retry').thenSettled();
    assert.deepEqual([again.status, again.attempt, again.messageId, again.settledAt], ['pending', 2, null, null]);
    recipient(begin, fail(true)).when('broadcast_recipient.retry').thenRefused('may_have_arrived');
    recipient(begin, confirm).when('broadcast_recipient.retry').thenRefused('recipient_sent');
  });
});
