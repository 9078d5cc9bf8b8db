// The dashboard as Grafana imports it: only metrics and labels that exist, titles and units everywhere, no id twice, nothing on top of anything.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { inMonitoring } from './alerts.ts';
import { metricCatalogue } from './catalogue.ts';
import { expressionProblems, knownMetrics, metricsIn } from './promql.ts';

const place = z.strictObject({ h: z.number(), w: z.number(), x: z.number(), y: z.number() });
const base = { id: z.number().int().positive(), title: z.string().min(2), gridPos: place };
const rowPanel = z.looseObject({ ...base, type: z.literal('row'), collapsed: z.literal(false) });
const graph = z.looseObject({
  ...base,
  type: z.literal('timeseries'),
  description: z.string().min(2),
  fieldConfig: z.looseObject({ defaults: z.looseObject({ unit: z.string().min(1) }) }),
  targets: z.array(z.looseObject({ refId: z.string(), expr: z.string(), legendFormat: z.string().min(1) })).min(1),
});
const { panels } = z
  .looseObject({ uid: z.string(), title: z.string(), panels: z.array(z.discriminatedUnion('type', [rowPanel, graph])) })
  .parse(JSON.parse(readFileSync(inMonitoring('dashboard.json'), 'utf8')));
const graphs = panels.filter((panel) => panel.type === 'timeseries');
const known = await knownMetrics();
/** Grafana puts a time there. */
const asked = (expr: string): string => expr.replaceAll('$__rate_interval', '5m');

test('every expression asks only for metrics and labels that exist', () => {
  assert.ok(graphs.length > 20);
  for (const { title, targets } of graphs)
    for (const { expr } of targets) assert.deepEqual(expressionProblems(asked(expr), known), [], `${title}: ${expr}`);
});

test('each line is named by labels that its series have', () => {
  for (const { title, targets } of graphs)
    for (const { expr, legendFormat } of targets) {
      const grouped = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(/, ?/);
      const labels = new Set(grouped ?? metricsIn(asked(expr)).flatMap((name) => [...(known.get(name) ?? [])]));
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        assert.ok(labels.has(label), `${title}: ${label}`);
    }
});

test('ids and letters are given once, and panels do not overlap', () => {
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  for (const { title, targets } of graphs)
    assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
  );
  assert.equal(new Set(cells).size, cells.length);
  assert.ok(panels.every(({ gridPos: { x, w } }) => x + w <= 24));
});

test('titles are given once within their row', () => {
  assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length);
});

test('every metric of ours is shown', () => {
  const shown = new Set(graphs.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(asked(expr)))));
  const series = metricCatalogue().map(({ name, type }) => (type === 'histogram' ? `${name}_bucket` : name));
  assert.deepEqual(
    series.filter((name) => !shown.has(name)),
    [],
  );
});
