// Metrics: names, labels and text form.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from './metrics.ts';

test('metrics carry the prefix, the process and their labels', async () => {
  const metrics = createMetrics('relay');
  const published = metrics.counter({ name: 'outbox_published_total', help: 'Events confirmed', labels: ['type'] });
  const latency = metrics.histogram({ name: 'relay_confirm_seconds', help: 'Commit to confirm' });
  metrics.gauge({ name: 'outbox_pending', help: 'Rows to publish', collect: (gauge) => gauge.set(42) });
  published.inc({ type: 'contact.created' }, 2);
  latency.observe(0.004);
  const text = await metrics.text();
  assert.match(text, /messaging_outbox_published_total\{type="contact\.created",process="relay"\} 2/);
  assert.match(text, /messaging_relay_confirm_seconds_bucket\{le="0\.005",process="relay"\} 1/);
  assert.match(text, /messaging_relay_confirm_seconds_bucket\{le="0\.0025",process="relay"\} 0/);
  assert.match(text, /messaging_outbox_pending\{process="relay"\} 42/);
  assert.match(metrics.contentType, /^text\/plain/);
});

test('the process and its event loop are measured', async () => {
  const text = await createMetrics('api').text();
  for (const name of [
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'process_cpu_user_seconds_total',
  ]) {
    assert.ok(text.includes(`\n${name}{process="api"} `), name);
  }
});

test('registries do not share anything, and names are kept in order', () => {
  const row = { name: 'things_total', help: 'x' };
  const metrics = createMetrics('a');
  metrics.counter(row);
  createMetrics('b').counter(row);
  assert.throws(() => metrics.counter(row), /already been registered/);
  assert.throws(() => metrics.counter({ name: 'things', help: 'x' }), /must end in _total/);
  assert.throws(() => metrics.histogram({ name: 'wait_ms', help: 'x' }), /must end in _seconds/);
  assert.throws(() => metrics.gauge({ name: 'messaging_things', help: 'x' }), /prefix/);
  assert.throws(() => metrics.gauge({ name: 'Things', help: 'x' }), /lower case/);
});

test('what was defined can be listed, with unit and buckets; a gauge may be asked for its value', async () => {
  const metrics = createMetrics('relay');
  metrics.counter({ name: 'things_total', help: 'Things.', labels: ['kind'] });
  metrics.histogram({ name: 'wait_seconds', help: 'Wait.' });
  metrics.gauge({
    name: 'up',
    help: 'Up?',
    unit: '1 or 0',
    collect: async (gauge) => gauge.set(await Promise.resolve(1)),
  });
  assert.throws(() => metrics.counter({ name: 'things_total', help: 'again' }));
  assert.deepEqual(
    metrics.rows().map(({ name, type, labels, unit }) => ({ name, type, labels, unit })),
    [
      { name: 'messaging_things_total', type: 'counter', labels: ['kind'], unit: 'count' },
      { name: 'messaging_wait_seconds', type: 'histogram', labels: [], unit: 'seconds' },
      { name: 'messaging_up', type: 'gauge', labels: [], unit: '1 or 0' },
    ],
  );
  const [, wait] = metrics.rows();
  assert.deepEqual([wait?.buckets?.[0], wait?.buckets?.at(-1)], [0.001, 10]);
  assert.match(await metrics.text(), /messaging_up\{process="relay"\} 1/);
});
