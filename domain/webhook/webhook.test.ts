// The webhook subscription: what it can be set up with, its secrets, and when it is switched off; and the patterns of its events.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { patternsOf, unknownPatterns } from './patterns.ts';
import { retryAfterSeconds, retrySchedule } from './retry-schedule.ts';
import { mostGivenUpInRow, signingSecrets } from './webhook.ts';

const { webhook } = aggregates;
const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const subscriptionId = id(10);
const [first, second] = ['whsec_first_secret', 'whsec_second_secret'];
const settings = { name: 'Shop', url: 'https://hooks.shop.com/in', events: ['contact.*'] };
const made = { subscriptionId, projectId: id(11), userId: id(12), secret: first, ...settings };
const create: Input = { type: 'webhook.create', data: made };
const note = (outcome: string): Input => ({ type: 'webhook.note_attempt', data: { outcome } });
const disabled = (reason: string, at: number) =>
  ({ type: 'webhook.subscription_disabled', data: { subscriptionId, reason, disabledAt: momentOf(at) } }) as const;

describe('webhook subscription', () => {
  it('is set up once, with defaults', () => {
    const state = given(webhook)
      .when('webhook.create', { ...made, events: ['a.b', 'a.b'] })
      .thenSettled();
    assert.deepEqual([state.events, state.active, state.retryCount, state.timeoutSeconds], [['a.b'], true, 9, 30]);
    given(webhook, [create]).when('webhook.create', made).thenRefused('webhook_exists');
    given(webhook).when('webhook.activate').thenRefused('not_found');
    given(webhook)
      .when('webhook.create', { ...made, events: [] })
      .thenRefused('no_events');
    given(webhook)
      .when('webhook.create', { ...made, events: [], subscribeContactEvents: true })
      .thenSettled();
  });

  it('is changed, when something differs', () => {
    const one = given(webhook, [create]);
    one.when('webhook.update', settings).thenNothing();
    const state = one.when('webhook.update', { headers: { 'X-Key': 'abc' }, retryCount: 0 }).thenSettled();
    assert.deepEqual([state.headerNames, state.retryCount, state.name], [['X-Key'], 0, 'Shop']);
    one.when('webhook.update', { events: [] }).thenRefused('no_events');
  });

  it('sends no headers that HTTP, the signature or a log would suffer from', () => {
    const refusals = {
      header_reserved: { 'Webhook-Signature': 'x' },
      header_malformed: { 'X-A': 'a\r\nHost: b' },
      header_twice: { 'X-A': '1', 'x-a': '2' },
      too_many_headers: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`X-${index}`, 'x'])),
    };
    for (const [rule, headers] of Object.entries(refusals))
      given(webhook, [create]).when('webhook.update', { headers }).thenRefused(rule);
    for (const name of ['Host', 'Content-Length', 'transfer-encoding', 'Connection'])
      given(webhook)
        .when('webhook.create', { ...made, headers: { [name]: 'x' } })
        .thenRefused('header_reserved');
    given(webhook, [create])
      .when('webhook.update', { headers: { 'a b': 'x' } })
      .thenRefused('header_malformed');
  });

  it('signs with both secrets while they change', () => {
    const one = given(webhook, [create]);
    assert.deepEqual(signingSecrets(one.state.secrets, momentOf(0)), [first]);
    const rotated = one.when('webhook.rotate_secret', { secret: second, overlapSeconds: 120 }).thenSettled();
    assert.deepEqual(signingSecrets(rotated.secrets, momentOf(2)), [second, first]);
    assert.deepEqual(signingSecrets(rotated.secrets, momentOf(3)), [second]);
    const atOnce = one.when('webhook.rotate_secret', { secret: second, overlapSeconds: 0 }).thenSettled();
    assert.deepEqual(signingSecrets(atOnce.secrets, momentOf(1)), [second]);
    one.when('webhook.rotate_secret', { secret: first }).thenRefused('secret_unchanged');
  });

  it('is switched off and on by a person', () => {
    const one = given(webhook, [create]);
    one.when('webhook.activate').thenNothing();
    const off = one.when('webhook.deactivate').thenEvents([disabled('deactivated', 1)]);
    assert.deepEqual([off.active, off.disabledReason], [false, 'deactivated']);
    given(webhook, [], off).when('webhook.deactivate').thenNothing();
    const on = given(webhook, [], off).when('webhook.activate').thenSettled();
    assert.deepEqual([on.active, on.disabledReason, on.disabledAt], [true, null, null]);
  });

  it('is switched off when nobody listens: many deliveries in a row given up, or the address gone', () => {
    const almost = Array.from({ length: mostGivenUpInRow - 1 }, () => note('given_up'));
    const tired = given(webhook, [create, ...almost]);
    assert.equal(tired.state.active, true);
    assert.equal(tired.when('webhook.note_attempt', { outcome: 'failed' }).thenSettled().active, true);
    const off = tired
      .when('webhook.note_attempt', { outcome: 'given_up' })
      .thenEvents([disabled('deliveries_given_up', mostGivenUpInRow)]);
    assert.deepEqual([off.active, off.failureCount], [false, mostGivenUpInRow]);
    given(webhook, [], off)
      .when('webhook.note_attempt', { outcome: 'given_up' }, momentOf(mostGivenUpInRow + 1))
      .thenSettled();
    const heard = given(webhook, [create, ...almost, note('delivered')]);
    assert.deepEqual([heard.state.successCount, heard.state.givenUpInRow], [1, 0]);
    heard.when('webhook.note_attempt', { outcome: 'given_up' }).thenSettled();
    given(webhook, [create])
      .when('webhook.note_attempt', { outcome: 'gone' })
      .thenEvents([disabled('address_gone', 1)]);
    const again = given(webhook, [], off).when('webhook.activate').thenSettled();
    assert.equal(again.givenUpInRow, 0);
  });

  it('is deleted with its secrets; what its deliveries still tell changes nothing', () => {
    const gone = given(webhook, [create]).when('webhook.delete').thenSettled();
    assert.deepEqual([gone.active, gone.secrets.current, gone.deletedAt], [false, '', momentOf(1)]);
    const after = given(webhook, [], gone);
    after.when('webhook.note_attempt', { outcome: 'given_up' }).thenNothing();
    for (const type of ['webhook.activate', 'webhook.delete', 'webhook.update'] as const)
      after.when(type).thenRefused('not_found');
  });

  it('counts every attempt, and is off only when it was switched off', () => {
    const commands = arbitraryCommands(webhook, {
      first: 'webhook.create',
      rare: ['webhook.delete', 'webhook.create', 'webhook.deactivate'],
    });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { before, after, events } of runAll(webhook, inputs).steps) {
          assert.equal(events.length === 1, before.active && !after.active && after.deletedAt === null);
          assert.ok(after.successCount + after.failureCount >= before.successCount + before.failureCount);
          assert.ok(!after.active || after.givenUpInRow < mostGivenUpInRow);
          if (after.deletedAt !== null) assert.deepEqual([after.secrets.current, after.headers], ['', {}]);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('patterns', () => {
  it('a name fits itself, every prefix of it, and everything', () => {
    assert.deepEqual(patternsOf('billing.invoice.paid'), [
      '*',
      'billing.*',
      'billing.invoice.*',
      'billing.invoice.paid',
    ]);
  });

  it('a pattern that nothing fits is named with the nearest there is', () => {
    const names = ['contact.created', 'contact.updated', 'message.received'];
    assert.deepEqual(unknownPatterns(['*', 'contact.*', 'message.received'], names), []);
    assert.deepEqual(unknownPatterns(['contcat.*', 'contact.create', 'mesage.received'], names), [
      { pattern: 'contcat.*', nearest: 'contact.*' },
      { pattern: 'contact.create', nearest: 'contact.created' },
      { pattern: 'mesage.received', nearest: 'message.received' },
    ]);
    // A prefix ends at a dot.
    assert.equal(unknownPatterns(['cont.*'], names).length, 1);
  });
});

describe('the retry schedule', () => {
  it('waits longer each time, as long as is asked for, and never over a day', () => {
    const waits = retrySchedule.map((_, index) => retryAfterSeconds(index + 1));
    assert.deepEqual(
      waits,
      [...waits].sort((a, b) => a - b),
    );
    assert.deepEqual([waits[0], waits.at(-1), retryAfterSeconds(50)], [5, 86_400, 86_400]);
    assert.deepEqual(
      [retryAfterSeconds(1, 60), retryAfterSeconds(1, 1e6), retryAfterSeconds(3, 1)],
      [60, 86_400, 1_800],
    );
  });
});
