// Health, readiness and metrics over HTTP, wrong paths and methods included.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startHealthServer } from './health-server.ts';
import { createLogger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createReadiness } from './readiness.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const readiness = createReadiness({ timeoutMs: 50 });
const metrics = createMetrics('test');
const server = await startHealthServer({ host: '127.0.0.1', port: 0, readiness, metrics, log });
after(() => server.close());

type Ready = {
  ready: boolean;
  status: string;
  dependencies: { name: string; status: string; ms: number; error?: unknown }[];
};
const ready = async () => {
  const response = await fetch(`${server.address}/readyz`);
  return { code: response.status, body: (await response.json()) as Ready };
};

test('alive is not ready: each dependency is told by name, with time and a masked reason', async () => {
  assert.equal((await fetch(`${server.address}/healthz`)).status, 200);
  assert.equal((await ready()).code, 200);

  let fails = true;
  readiness.add('postgres', async () => {});
  readiness.add('broker', async () => {
    if (fails) throw Object.assign(new Error('amqp://app:s3cret@host refused'), { code: 'ECONNREFUSED' });
  });
  const { code, body } = await ready();
  assert.equal(code, 503);
  assert.deepEqual(
    body.dependencies.map((dependency) => ({ ...dependency, ms: typeof dependency.ms })),
    [
      { name: 'postgres', status: 'ok', ms: 'number' },
      {
        name: 'broker',
        status: 'error',
        ms: 'number',
        error: { code: 'ECONNREFUSED', message: 'amqp://***@host refused' },
      },
    ],
  );
  assert.equal((await fetch(`${server.address}/healthz`)).status, 200);
  fails = false;
  assert.equal((await ready()).code, 200);
  assert.throws(() => readiness.add('broker', async () => {}), /already/);
});

test('a check that hangs or throws at once is an error of that dependency', async () => {
  const slow = createReadiness({ timeoutMs: 20 });
  slow.add('hangs', () => new Promise(() => {}));
  slow.add('throws', () => {
    throw new Error('at once');
  });
  const report = await slow.report();
  assert.equal(report.ready, false);
  assert.deepEqual(
    report.dependencies.map(({ name, error }) => [name, error?.message]),
    [
      ['hangs', 'No answer within 20 ms.'],
      ['throws', 'at once'],
    ],
  );
});

test('questions asked at the same time share one round of checks', async () => {
  const shared = createReadiness();
  let asked = 0;
  shared.add('counted', async () => {
    asked += 1;
  });
  await Promise.all([shared.report(), shared.report(), shared.report()]);
  assert.equal(asked, 1);
  await shared.report();
  assert.equal(asked, 2);
});

test('metrics are served, other paths and methods are refused', async () => {
  const response = await fetch(`${server.address}/metrics?x=1`);
  assert.match(await response.text(), /process_resident_memory_bytes/);
  assert.equal((await fetch(`${server.address}/toString`)).status, 404);
  const posted = await fetch(`${server.address}/metrics`, { method: 'POST', body: 'x' });
  assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD']);
});

test('a taken port is told with what to set', async () => {
  const again = startHealthServer({ host: '127.0.0.1', port: server.port, readiness, metrics, log });
  await assert.rejects(again, { name: 'ConfigError', message: /METRICS_PORT/ });
});

test('a stopping process is not ready, though everything it needs is there', async () => {
  readiness.stop();
  const { code, body } = await ready();
  assert.equal(code, 503);
  assert.ok(body.dependencies.every(({ status }) => status === 'ok'));
});

test('a process says how it is in its own words, ready or not', async () => {
  let paused: string | null = null;
  const told = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    readiness: createReadiness(),
    metrics,
    log,
    state: () => ({ paused }),
  });
  try {
    const stateAt = async (path: string) =>
      ((await (await fetch(`${told.address}${path}`)).json()) as { state?: unknown }).state;
    assert.deepEqual(await stateAt('/readyz'), { paused: null });
    paused = 'the broker is away';
    assert.deepEqual([await stateAt('/healthz'), await stateAt('/readyz')], [{ paused }, { paused }]);
  } finally {
    await told.close();
  }
});
