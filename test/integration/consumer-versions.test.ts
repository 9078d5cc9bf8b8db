// Every consumer takes every version of every event that it binds: what was written by any earlier release has its effect, in the form of today.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { type Database, openDatabase } from '../../db/deps.ts';
import { inTenant } from '../../db/transaction.ts';
import { eventRow } from '../../domain/catalog.ts';
import { schemaOf } from '../../domain/kernel/versions.ts';
import { connectTemporal, type TemporalClient } from '../../platform/temporal.ts';
import { type Consumer, type DeliveredEvent, matchesPattern, patternsOf } from '../../workers/consumers/consumer.ts';
import { inItsVersions } from '../../workers/consumers/in-its-versions.ts';
import { createConsumers } from '../../workers/consumers/index.ts';
import { allConsumerRows } from '../../workers/consumers/rows.ts';
import { delivery } from '../support/deliver.ts';
import { openShop, type Shop } from '../support/shop.ts';
import { type TestStack, testStack } from '../support/stack.ts';

type Golden = { readonly type: string; readonly version: number; readonly data: Record<string, unknown> };
const folder = new URL('../fixtures/events/', import.meta.url);
const samples = readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden);

let stack: TestStack;
let database: Database;
let temporal: TemporalClient;
let shop: Shop;
let consumers: readonly Consumer[];
before(async () => {
  stack = await testStack('consumer_versions');
  database = openDatabase(stack.config, { name: 'consumer_versions' });
  temporal = await connectTemporal(stack.config);
  shop = await openShop({ database, temporal, taskQueue: stack.taskQueue }, 'tenant-a');
  consumers = createConsumers({ temporal, taskQueue: stack.taskQueue, timelineBell: { ring: () => {} }, database });
});
after(async () => {
  await temporal.close();
  await database.close();
  await stack.close();
});

const eventOf = ({ type, version, data }: Golden): DeliveredEvent => {
  const { event } = delivery(database.ids.next(), 1, { type, tenantId: shop.tenantId, data });
  return { ...event, version };
};

for (const row of allConsumerRows)
  describe(row.name, () => {
    const { name } = row;
    const bound = samples.filter(({ type }) => patternsOf(row).some((one) => matchesPattern(one, type)));
    test('binds something', () => assert.ok(bound.length > 0));
    for (const sample of bound)
      test(`takes ${sample.type} v${sample.version}`, async () => {
        const consumer = consumers.find((one) => one.name === name);
        assert.ok(consumer);
        const given: DeliveredEvent[] = [];
        const watched = inItsVersions({
          ...consumer,
          handle: async (event, tx, signal) => {
            given.push(event);
            await consumer.handle(event, tx, signal);
          },
        });
        const event = eventOf(sample);
        await inTenant(database.pool, shop.tenantId, (tx) => watched.handle(event, tx, new AbortController().signal));
        const catalogued = eventRow(sample.type);
        assert.ok(catalogued && given[0]);
        const version = consumer.versions?.[sample.type] ?? catalogued.version;
        assert.equal(given[0].version, version);
        assert.deepEqual(schemaOf(catalogued, version)?.parse(given[0].data), given[0].data);
      });
  });
