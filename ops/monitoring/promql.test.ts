// The reader of PromQL: what it lets pass, and what it must not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expressionProblems, type KnownMetrics, knownMetrics, metricsIn } from './promql.ts';

const known: KnownMetrics = new Map([
  ['sent_total', new Set(['process', 'kind'])],
  ['wait_seconds_bucket', new Set(['process', 'le'])],
  ['up', new Set(['job'])],
]);

test('expressions over metrics and labels that exist pass', () => {
  for (const expression of [
    'sent_total',
    'sum by (kind) (rate(sent_total{process="relay",kind!~"a|b"}[5m])) > 3',
    'histogram_quantile(0.99, sum by (le) (rate(wait_seconds_bucket[5m])))',
    'absent(up{job="x"}) or (sum(sent_total) or vector(0)) < 64',
    'max by (kind) (sent_total) > 1 unless on (kind) max by (kind) (sent_total{process="x"}) == 1',
  ])
    assert.deepEqual(expressionProblems(expression, known), [], expression);
});

test('unknown metrics, unknown labels and broken expressions are told', () => {
  const wrong: Record<string, RegExp> = {
    sent_totals: /no metric sent_totals/,
    'rate(sent_total{consumer="x"}[5m])': /sent_total has no label consumer/,
    'sum by (le) (rate(sent_total[5m]))': /can not be grouped by le/,
    'sum by (process) (sent_total) / on (job) sum by (process) (sent_total)': /can not be grouped by job/,
    'sum by (process) (sent_total) + up{process="x"}': /up has no label process/,
    'sum(sent_total': /can not be read/,
    'sent_total >': /can not be read/,
    '1 + 1': /names no metric/,
  };
  for (const [expression, problem] of Object.entries(wrong))
    assert.match(expressionProblems(expression, known).join('\n'), problem, expression);
});

test('the metrics of our processes are known with their series and labels', async () => {
  const real = await knownMetrics();
  assert.deepEqual([...(real.get('messaging_consumer_lag_seconds_bucket') ?? [])].sort(), [
    'consumer',
    'instance',
    'job',
    'le',
    'process',
  ]);
  for (const name of ['up', 'process_resident_memory_bytes', 'messaging_outbox_pending'])
    assert.ok(real.has(name), name);
  assert.ok(!real.has('messaging_consumer_lag_seconds'));
  assert.deepEqual(metricsIn('a / b{x="1"}'), ['a', 'b']);
});
