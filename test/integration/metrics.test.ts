// What the real processes serve at /metrics after real work: exactly what docs/generated/metrics.md lists, with nothing personal and no ids in it. And what a real
// Prometheus makes of it by our own configuration: the dashboard has its figures, no alert is raised at rest, and a killed relay raises those that it should.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { cast } from '../../ops/demo/cast.ts';
import { buildScenario } from '../../ops/demo/scenario.ts';
import { metricCatalogue, type ProcessName, processNames } from '../../ops/monitoring/catalogue.ts';
import { dashboardRows } from '../../ops/monitoring/dashboard-panels.ts';
import { labelRow } from '../../ops/monitoring/labels.ts';
import { prometheusBinary } from '../../ops/stack/prometheus-binary.ts';
import { eventually } from '../support/eventually.ts';
import { type Exposition, scrape } from '../support/exposition.ts';
import { type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { type RunningProduct, startRunningProduct } from '../support/running-product.ts';

const binary = await prometheusBinary();
const program = typeof binary === 'string' ? undefined : binary.prometheus;
const catalogue = metricCatalogue();
let product: RunningProduct;
let prometheus: Prometheus | undefined;

/** A part of the demo's hour: messages, acks, edits, groups. */
async function work(): Promise<void> {
  const startAt = new Date('2026-03-02T08:00:00Z');
  for (const { event, body } of buildScenario({ session: 'default', run: randomUUID(), startAt }).slice(0, 12)) {
    const { payload, ...envelope } = body;
    await product.callSandbox('POST', 'sandbox/events', { session: 'default', event, payload, envelope, wait: true });
  }
  await product.settle(60_000);
}

before(async () => {
  product = await startRunningProduct('metrics');
  const urls = Object.fromEntries(processNames.map((name) => [name, product.url(name)]));
  if (program !== undefined) prometheus = await startPrometheus(program, urls);
  await work();
});
after(async () => {
  await prometheus?.stop();
  await product.stop();
});

/** Waits until a check passes. */
const holds = (check: () => Promise<void>, timeoutMs = 20_000): Promise<boolean> =>
  eventually(
    async () => {
      await check();
      return true;
    },
    { timeoutMs, everyMs: 200 },
  );
const page = (name: ProcessName): Promise<Exposition> => scrape(product.url(name));

describe('metrics of the processes', { concurrency: false }, () => {
  for (const name of processNames)
    test(`${name} serves what the page of metrics lists, and nothing else`, async () => {
      const { types } = await page(name);
      const served = [...types].filter(([family]) => family.startsWith('messaging_'));
      const listed = catalogue.filter(({ processes }) => processes.includes(name));
      assert.deepEqual(served.toSorted(), listed.map((row): [string, string] => [row.name, row.type]).toSorted());
    });

  test('series have the labels of their row, with values of the form that the label says', async () => {
    for (const name of processNames) {
      const { series } = await page(name);
      for (const one of series.filter((each) => each.name.startsWith('messaging_'))) {
        const row = catalogue.find((each) => one.name === each.name || one.name.startsWith(`${each.name}_`));
        const own = Object.keys(one.labels).filter((label) => label !== 'process' && label !== 'le');
        assert.deepEqual(own.toSorted(), [...(row?.labels ?? [])].toSorted(), one.name);
        assert.equal(one.labels['process'], name);
        for (const [label, value] of Object.entries(one.labels))
          if (label !== 'le') assert.match(value, labelRow(label)?.values ?? /^never$/, `${one.name} ${label}`);
      }
    }
  });

  test('nothing personal and no id is in them, and strangers make no series', async () => {
    const count = async (): Promise<number> => (await page('api')).series.length;
    const ask = (path: string, method = 'GET') => fetch(`${product.apiUrl}${path}`, { method });
    await ask(`/v1/contacts/${randomUUID()}`);
    await ask('/5511987654321', 'PROPFIND');
    const before = await count();
    for (let n = 0; n < 20; n += 1) {
      await ask(`/v1/contacts/${randomUUID()}?phone=551198765${n}`);
      await ask(`/551198765${n}/${randomUUID()}`, n % 2 === 0 ? 'PROPFIND' : 'REPORT');
    }
    assert.equal(await count(), before);
    for (const name of processNames) {
      const values = (await page(name)).series.flatMap(({ labels }) => Object.entries(labels));
      const texts = values.filter(([label]) => label !== 'le').map(([, value]) => value);
      assert.ok(texts.length > 10, name);
      for (const value of texts) {
        assert.doesNotMatch(value, /[0-9a-f]{8}-[0-9a-f]{4}-|\d{6}|@/, name);
        for (const person of Object.values(cast)) assert.ok(!value.includes(person.name), `${name}: ${value}`);
      }
    }
  });

  test('the work shows: published, confirmed, heard, taken; nothing waits', async () => {
    const relay = await page('relay');
    const total = ({ series }: Exposition, name: string): number =>
      series.filter((one) => one.name === `messaging_${name}`).reduce((sum, { value }) => sum + value, 0);
    const published = total(relay, 'outbox_published_total');
    assert.ok(published > 20, `${published} published`);
    for (const name of ['outbox_confirm_seconds_count', 'outbox_delay_seconds_count'])
      assert.equal(total(relay, name), published, name);
    const bells = total(relay, 'outbox_bell_seconds_count');
    assert.ok(bells > 3, `${bells} bells`);
    assert.equal(total(relay, 'relay_partitions'), 64);
    for (const name of processNames) {
      const connections = total(await page(name), 'database_pool_connections');
      assert.ok(connections > 0, `${connections} connections of ${name}`);
    }
    await holds(async () => {
      const consumer = await page('consumer');
      const taken = total(consumer, 'consumer_lag_seconds_count');
      assert.ok(taken > 20, `${taken} taken`);
      const subscribers = total(consumer, 'consumer_subscribers');
      assert.ok(subscribers >= 3, `${subscribers} subscribers`);
      assert.equal(total(consumer, 'consumer_queue_messages'), 0);
    });
    await holds(async () => assert.equal(total(await page('relay'), 'outbox_pending'), 0));
    await holds(async () => {
      const open = (await page('worker')).series.filter(({ name }) => name === 'messaging_sagas_open');
      // Four states of each type of saga.
      assert.ok(open.length >= 12 && open.length % 4 === 0, `${open.length} series`);
      assert.deepEqual(
        open.filter(({ value }) => value > 0),
        [],
      );
    });
  });
});

test('relay and consumer say in words that they work, ready or only alive', async () => {
  for (const path of ['healthz', 'readyz']) {
    const stateOf = async (name: ProcessName): Promise<Record<string, unknown>> =>
      ((await (await fetch(`${product.url(name)}/${path}`)).json()) as { state: Record<string, unknown> }).state;
    const { paused, broker, lease, bell, partitions } = await stateOf('relay');
    assert.deepEqual([paused, broker, lease, bell, partitions], [null, 'open', 'valid', 'heard', 64]);
    assert.deepEqual(await stateOf('consumer'), { paused: [], problems: [], bell: 'heard' });
  }
});

describe('a real Prometheus', {
  concurrency: false,
  skip: program === undefined && 'there is no Prometheus here',
}, () => {
  const alertNames = async (): Promise<string[]> =>
    ((await prometheus?.alerts()) ?? []).map(({ labels }) => labels['alertname'] ?? '').toSorted();
  /** In a product of which nothing goes wrong these have nothing to show. */
  const mayBeEmpty =
    /messaging_dependency_up == 0|database_retries|sagas_stuck_total|failed_attempts|waiting_total|put_off|dead_letters_total|effect="duplicate"/;

  test('finds all processes, and no reason for an alert', async () => {
    await holds(async () => assert.equal((await prometheus?.query('up == 1'))?.length, 4));
    await holds(async () => assert.deepEqual(await alertNames(), []));
  });

  test('has something to show on every panel', async () => {
    const wanted = Object.values(dashboardRows)
      .flat()
      .flatMap(({ title, shows }) => Object.values(shows).map((expr) => ({ title, expr })));
    for (const { title, expr } of wanted) {
      const asked = expr.replaceAll('$__rate_interval', '1m');
      if (mayBeEmpty.test(expr)) await prometheus?.query(asked);
      else await holds(async () => assert.ok((await prometheus?.query(asked))?.length, `${title}: ${asked}`));
    }
  });

  test('a killed relay raises its alerts, and takes them back when it is there again', async () => {
    await product.kill('relay');
    await holds(async () => assert.deepEqual(await alertNames(), expected), 40_000);
    await product.restart('relay');
    await holds(async () => assert.deepEqual(await alertNames(), []), 40_000);
  });
  /** Each waits for its `for` before it fires. */
  const expected = ['OutboxFiguresMissing', 'PartitionsUnowned', 'ProcessDown'];
});
