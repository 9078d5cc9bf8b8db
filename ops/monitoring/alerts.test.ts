// The alert rules without Prometheus: every field there, only metrics and labels that exist, a runbook entry each, and a unit test each. promtool.test.ts runs those.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { projectDir } from '../stack/paths.ts';
import { alertRules, alertTests, scrapeJobs, secondsToSee } from './alerts.ts';
import { expressionProblems, knownMetrics, metricsIn } from './promql.ts';

const known = await knownMetrics();
const rules = alertRules();
const runbook = readFileSync(path.join(projectDir, 'docs/runbook.md'), 'utf8');

test('each alert asks only for metrics and labels that exist', () => {
  for (const { alert, expr } of rules) assert.deepEqual(expressionProblems(expr, known), [], alert);
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
});

test('what the backbone needs an alert for has one', () => {
  const asked = new Set(rules.flatMap(({ expr }) => metricsIn(expr)));
  const needed = [
    'up',
    'messaging_outbox_pending',
    'messaging_outbox_oldest_pending_seconds',
    'messaging_outbox_failed',
    'messaging_outbox_failed_tries_total',
    'messaging_outbox_nacked_total',
    'messaging_operator_requests_oldest_seconds',
    'messaging_consumer_dead_letters',
    'messaging_relay_partitions',
    'messaging_relay_lease_valid',
    'messaging_relay_broker_up',
    'messaging_relay_broker_blocked',
    'messaging_listener_hears',
    'messaging_consumer_oldest_waiting_seconds',
    'messaging_consumer_paused',
    'messaging_projection_lag_seconds',
    'messaging_sagas_open',
  ];
  assert.deepEqual(
    needed.filter((name) => !asked.has(name)),
    [],
  );
});

test("each alert's text names only labels of its series", () => {
  for (const { alert, expr, annotations } of rules) {
    const labels = new Set(metricsIn(expr).flatMap((name) => [...(known.get(name) ?? [])]));
    const { summary, description } = annotations;
    for (const [, label = ''] of `${summary} ${description}`.matchAll(/\$labels\.(\w+)/g))
      assert.ok(labels.has(label), `${alert}: $labels.${label}`);
  }
});

test('each alert leads to its entry in the runbook, and each entry belongs to one', () => {
  const section = /^## Alerts\n([\s\S]*?)(?=^## )/m.exec(runbook)?.[1] ?? '';
  const entries = [...section.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading);
  assert.deepEqual(entries.toSorted(), rules.map(({ alert }) => alert).toSorted());
  for (const { alert, annotations } of rules)
    assert.equal(annotations.runbook, `docs/runbook.md#${alert.toLowerCase()}`, alert);
});

test('each alert has a unit test in which it is silent and one in which it fires, on series that exist', () => {
  const tests = alertTests();
  for (const { alert } of rules) {
    const asked = tests.flatMap((one) => one.promql_expr_test).filter(({ expr }) => expr.includes(`"${alert}"`));
    assert.ok(
      asked.some(({ exp_samples }) => exp_samples.length === 0),
      `${alert}: silent`,
    );
    assert.ok(
      asked.some(({ exp_samples }) => exp_samples.length > 0),
      `${alert}: fires`,
    );
  }
  for (const { series } of tests.flatMap(({ input_series }) => input_series))
    assert.deepEqual(expressionProblems(series, known), [], series);
});

test('a broken topology is told within 5 s, the time of the failed try included', () => {
  const rule = rules.find(({ alert }) => alert === 'OutboxTryFailed');
  assert.ok(rule && rule.for === undefined && rule.expr.includes('messaging_outbox_failed_tries_total'));
  assert.ok(secondsToSee('OutboxTryFailed', 'messaging-relay') <= 3);
});

test('Prometheus asks each process once, under the jobs that the rules name', () => {
  const jobs = scrapeJobs();
  const named = rules.flatMap(({ expr }) => [...expr.matchAll(/job="([^"]+)"/g)].map(([, job = '']) => job));
  assert.deepEqual(jobs.map(({ job }) => job).toSorted(), [...new Set(named)].toSorted());
  assert.equal(new Set(jobs.flatMap(({ targets }) => targets)).size, 4);
});
