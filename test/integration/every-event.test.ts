// Every event of the catalogue, caused by what causes it in life, seen at the broker with a valid envelope and data that fits its row.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inTenant } from '../../db/transaction.ts';
import { eventRows } from '../../domain/catalog.ts';
import { projectDir } from '../../ops/stack/paths.ts';
import { createLogger } from '../../platform/log.ts';
import { exchangesOf } from '../../workers/amqp/topology.ts';
import { type RunningRelay, runRelay } from '../../workers/relay/run-relay.ts';
import type { CauseWorld } from '../causes/cause.ts';
import { causes } from '../causes/index.ts';
import { startTestApi, type TestApi } from '../support/api.ts';
import { causeWorld } from '../support/cause-world.ts';
import { toCloudEvent } from '../support/cloud-event.ts';
import { eventually } from '../support/eventually.ts';
import { codeBlocks } from '../support/markdown.ts';
import { problemsOf, receiveEvents } from '../support/receive-events.ts';

let api: TestApi;
let relay: RunningRelay;
let world: CauseWorld;
let received: Awaited<ReturnType<typeof receiveEvents>>;

before(async () => {
  // The causes together are more than a key's usual share.
  api = await startTestApi('every_event', { API_RATE_LIMIT_PER_MINUTE: 100_000 });
  const { stack } = api;
  received = await receiveEvents(stack.config);
  relay = runRelay({
    databaseUrl: stack.systemUrl,
    amqpUrl: stack.amqpUrl,
    prefix: stack.amqpPrefix,
    exchange: stack.config.AMQP_EXCHANGE,
    rows: [],
    name: 'every-event',
    log: createLogger({ name: 'every-event', level: 'silent' }),
  });
  world = causeWorld(api);
});
after(async () => {
  await relay?.stop();
  await received?.close();
  await api?.close();
});

describe('every event', () => {
  test('has one cause, and nothing is caused that is not in the catalogue', () => {
    const types = eventRows.map(({ type }) => type);
    assert.deepEqual(Object.keys(causes).sort(), types.sort());
  });

  for (const row of eventRows) {
    test(`${row.type} comes about`, async () => {
      const seenBefore = received.ofType(row.type).length;
      const known = causes[row.type];
      assert.ok(known, 'nothing causes it: add it to test/causes');
      await known.cause(world);
      await eventually(() => received.ofType(row.type).length > seenBefore);
      const event = received.ofType(row.type)[seenBefore];
      assert.ok(event);
      assert.deepEqual(
        [event.type, event.version, event.aggregateType, event.tenantId, event.source],
        [row.type, row.version, row.aggregate, world.tenantId, 'messaging-sagas'],
      );
      assert.ok(event.sequence >= 1 && event.id !== '' && event.correlationId !== '');
      assert.equal(toCloudEvent(event.message).type, row.type);
      const { keysOf, pool } = api.database;
      const problems = await inTenant(pool, world.tenantId, (tx) => problemsOf(tx, keysOf, event, row));
      assert.deepEqual(problems, []);
    });
  }
});

test('the receiver of docs/events-on-the-wire.md takes one', async (t) => {
  const blocks = codeBlocks(path.join(projectDir, 'docs/events-on-the-wire.md'));
  const program = blocks.find(({ words }) => words.includes('receiver'))?.text;
  assert.ok(program);
  const { amqpUrl, amqpPrefix, config } = api.stack;
  const { events } = exchangesOf({ prefix: amqpPrefix, exchange: config.AMQP_EXCHANGE });
  const env = { ...process.env, AMQP_URL: amqpUrl, EVENTS_EXCHANGE: events, QUEUE: `${amqpPrefix}receiver` };
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-'], { cwd: projectDir, env });
  t.after(() => child.kill());
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (said += text.toString()));
  child.stdin?.end(program);
  await eventually(() => said.includes('ready') || Promise.reject(new Error(said)));
  const contact = await world.call('POST', '/v1/contacts', { projectId: world.projectId, name: 'Ana' });
  const line = await eventually(() => said.split('\n').find((one) => one.includes(String(contact['id']))));
  assert.match(line, /^contact\.created v2 \{.*"name":\{"given":null,"family":null,"display":"enc:v1:/);
});
