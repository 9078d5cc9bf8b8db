// One webhook delivery: tried by the schedule, noted once, given up at the end, sent again when asked.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { addMilliseconds } from '../kernel/time.ts';

const delivery = aggregates.webhook_delivery;
const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const about = { deliveryId: id(10), subscriptionId: id(11), eventId: id(12) };
const event = { eventType: 'contact.created', eventName: 'contact.created', projectId: id(13) };
const plan = (retryCount = 2): Input => ({ type: 'webhook_delivery.plan', data: { ...about, ...event, retryCount } });
const tried = (attempt: number, result = 'failed', more: object = {}): Input => ({
  type: 'webhook_delivery.record_attempt',
  data: { attempt, result, ...more },
});
const failed = (attempt: number, at: number, more: object = { reason: 'no answer' }) =>
  ({
    type: 'webhook.delivery_failed',
    data: { ...about, attempt, reason: 'no answer', ...more, failedAt: momentOf(at) },
  }) as const;

describe('webhook delivery', () => {
  it('is planned once, due at once', () => {
    const state = given(delivery).when('webhook_delivery.plan', plan().data).thenSettled();
    assert.deepEqual([state.status, state.maxAttempts, state.nextAttemptAt], ['pending', 3, momentOf(0)]);
    given(delivery, [plan()]).when('webhook_delivery.plan', plan(9).data).thenNothing();
    given(delivery).when('webhook_delivery.discard', { reason: 'x' }).thenRefused('not_found');
  });

  it('arrives', () => {
    const state = given(delivery, [plan()])
      .when('webhook_delivery.record_attempt', { attempt: 1, result: 'delivered', statusCode: 204 })
      .thenSettled();
    assert.deepEqual([state.status, state.nextAttemptAt, state.endedAt], ['delivered', null, momentOf(1)]);
    const after = given(delivery, [], state);
    after.when('webhook_delivery.record_attempt', { attempt: 1, result: 'failed' }).thenNothing();
    after.when('webhook_delivery.record_attempt', { attempt: 2, result: 'failed' }).thenRefused('delivery_ended');
  });

  it('is tried again by the schedule, or later when the other side asks for it', () => {
    const one = given(delivery, [plan()]);
    const state = one
      .when('webhook_delivery.record_attempt', { attempt: 1, result: 'failed', statusCode: 503 })
      .thenEvents([failed(1, 1, { statusCode: 503, reason: 'HTTP 503' })]);
    assert.deepEqual([state.status, state.nextAttemptAt], ['pending', addMilliseconds(momentOf(1), 5_000)]);
    const later = one.when('webhook_delivery.record_attempt', { attempt: 1, result: 'failed', retryAfterSeconds: 90 });
    const { nextAttemptAt } = later.thenTypes('webhook.delivery_failed');
    assert.equal(nextAttemptAt, addMilliseconds(momentOf(1), 90_000));
    one.when('webhook_delivery.record_attempt', { attempt: 2, result: 'failed' }).thenRefused('attempt_out_of_order');
    given(delivery, [], state).when('webhook_delivery.record_attempt', { attempt: 1, result: 'failed' }).thenNothing();
  });

  it('is given up after its last attempt, or when the address is gone', () => {
    const state = given(delivery, [plan(), tried(1), tried(2)])
      .when('webhook_delivery.record_attempt', { attempt: 3, result: 'failed' })
      .thenEvents([
        failed(3, 3),
        {
          type: 'webhook.retry_exhausted',
          data: { ...about, attempts: 3, reason: 'no answer', exhaustedAt: momentOf(3) },
        },
      ]);
    assert.deepEqual([state.status, state.nextAttemptAt, state.endedAt], ['failed', null, momentOf(3)]);
    given(delivery, [plan()])
      .when('webhook_delivery.record_attempt', { attempt: 1, result: 'gone', statusCode: 410 })
      .thenTypes('webhook.delivery_failed', 'webhook.retry_exhausted');
  });

  it('is sent once more when asked, and then ends again', () => {
    const ended = given(delivery, [plan(0), tried(1)]);
    const again = ended.when('webhook_delivery.redeliver').thenSettled();
    assert.deepEqual([again.status, again.nextAttemptAt, again.endedAt], ['pending', momentOf(2), null]);
    given(delivery, [], again)
      .when('webhook_delivery.record_attempt', { attempt: 2, result: 'failed' })
      .thenTypes('webhook.delivery_failed', 'webhook.retry_exhausted');
    const waiting = given(delivery, [plan(), tried(1)])
      .when('webhook_delivery.redeliver')
      .thenSettled();
    assert.deepEqual([waiting.maxAttempts, waiting.nextAttemptAt], [3, momentOf(2)]);
  });

  it('is discarded with its subscription; an attempt that was under way is still noted', () => {
    const discarded = given(delivery, [plan(), { type: 'webhook_delivery.discard', data: { reason: 'deleted' } }]);
    assert.deepEqual([discarded.state.status, discarded.state.nextAttemptAt], ['discarded', null]);
    discarded.when('webhook_delivery.discard', { reason: 'deleted' }).thenNothing();
    discarded.when('webhook_delivery.redeliver').thenRefused('delivery_discarded');
    const noted = discarded.when('webhook_delivery.record_attempt', { attempt: 1, result: 'failed' });
    assert.equal(noted.thenTypes('webhook.delivery_failed').status, 'discarded');
    const arrived = given(delivery, [plan(), tried(1, 'delivered')]);
    arrived.when('webhook_delivery.discard', { reason: 'x' }).thenNothing();
  });

  it('is due exactly while it is pending, and each attempt is counted once', () => {
    const commands = arbitraryCommands(delivery, {
      first: 'webhook_delivery.plan',
      rare: ['webhook_delivery.discard'],
    });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { before, after } of runAll(delivery, inputs).steps) {
          assert.equal(after.nextAttemptAt !== null, after.status === 'pending' && after.createdAt !== null);
          assert.equal(after.endedAt === null, after.status === 'pending');
          assert.ok(after.attempts - before.attempts <= 1);
          if (after.status === 'pending' && after.createdAt !== null) assert.ok(after.attempts < after.maxAttempts);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
