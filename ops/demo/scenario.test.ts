// The demo's hour: deterministic, whole, understood by the parser, and played as promised.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityKeys } from '../../domain/contact/identity.ts';
import type { GatewayEvent, MessageEvent, Person } from '../../integrations/waha/gateway-event.ts';
import { parseGatewayEvent } from '../../integrations/waha/parse.ts';
import { account, cast } from './cast.ts';
import { playScenario } from './play.ts';
import { buildScenario } from './scenario.ts';

const options = { session: 'shop', run: 'test', startAt: new Date('2026-06-09T12:00:00.000Z') };
const events = buildScenario(options).map((event) => parse(event.body));
const messages = events.filter((event): event is MessageEvent => event.kind === 'message');

function parse(body: unknown): GatewayEvent {
  return parseGatewayEvent(body, { rawHash: '0'.repeat(64), receivedAt: '2026-06-09T12:00:00.000Z' });
}

function count<T>(values: T[]): number {
  return new Set(values).size;
}

/** People that share a key are one, however many steps apart. */
function distinctPeople(people: Person[]): number {
  const groups: Set<string>[] = [];
  for (const person of people) {
    const keys = identityKeys(person).map(({ kind, key }) => `${kind}:${key}`);
    const touched = groups.filter((known) => keys.some((key) => known.has(key)));
    for (const group of touched) groups.splice(groups.indexOf(group), 1);
    groups.push(new Set([...keys, ...touched.flatMap((group) => [...group])]));
  }
  return groups.length;
}

test('the same options give the same bytes, another run other ids', () => {
  assert.deepEqual(buildScenario(options), buildScenario(options));
  const ids = (run: string) => buildScenario({ ...options, run }).map((event) => event.body.id);
  assert.equal(count([...ids('one'), ...ids('two')]), 2 * events.length);
});

test('the parser understands every event', () => {
  assert.deepEqual(
    events.filter((event) => event.kind === 'other'),
    [],
  );
});

test('it is the busy hour that was promised', () => {
  const inner = count(messages.map((message) => message.innerId));
  assert.ok(inner >= 60 && inner <= 100, `${inner} messages`);
  assert.equal(messages.length - inner, 3, 'three messages come twice');
  const kinds = new Set(events.map((event) => event.kind));
  for (const kind of ['ack', 'edit', 'revoke', 'reaction', 'group', 'ignored'])
    assert.ok(kinds.has(kind as never), kind);
  const types = new Set(messages.map((message) => message.type));
  for (const type of ['text', 'image', 'voice', 'document', 'sticker', 'location', 'contact']) {
    assert.ok(types.has(type as never), type);
  }
  assert.equal(messages.filter((message) => message.ad !== undefined).length, 1);
  assert.ok(messages.some((message) => message.replyToInnerId !== undefined));
  assert.ok(messages.some((message) => message.chat.kind === 'group'));
});

test('all ways to address them make one person of each customer, and nobody of the shop or the poster', () => {
  const people = messages.flatMap((message) => message.sender ?? []);
  assert.equal(distinctPeople(people), Object.keys(cast).length);
  assert.ok(people.every((person) => person.phone !== account.id.replace('@c.us', '')));
});

test('some acks come before their message, and none for a message that never comes', () => {
  const order = new Map<string, number>();
  for (const [index, event] of events.entries()) {
    if (event.kind === 'message' && !order.has(event.innerId)) order.set(event.innerId, index);
  }
  const early = events.filter((event, index) => event.kind === 'ack' && index < (order.get(event.innerId) ?? -1));
  assert.equal(early.length, 9);
  for (const event of events) {
    if (event.kind === 'ack' || event.kind === 'edit' || event.kind === 'revoke' || event.kind === 'reaction') {
      assert.ok(order.has(event.innerId), `${event.kind} of an unknown message`);
    }
  }
});

test('played to a webhook it arrives whole and in order', async () => {
  const arrived: string[] = [];
  const postWebhook = async ({ id }: { id: string }) => void arrived.push(id);
  const played = await playScenario({ postWebhook }, { ...options, speed: Number.POSITIVE_INFINITY, inOrder: true });
  assert.deepEqual(
    arrived,
    buildScenario(options).map((event) => event.body.id),
  );
  assert.equal(played.events, arrived.length);
});
