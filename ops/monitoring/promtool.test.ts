// The alert rules, their unit tests and the scrape configuration, by Prometheus' own tool where it is to be had; alerts.test.ts checks them without.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prometheusBinary } from '../stack/prometheus-binary.ts';
import { run } from '../stack/run.ts';
import { alertTestFiles, inMonitoring } from './alerts.ts';

const binary = await prometheusBinary();
const skip = typeof binary === 'string' ? binary : false;
const promtool = typeof binary === 'string' ? '' : binary.promtool;

for (const [what, args] of Object.entries({
  'the rules can be read': ['check', 'rules', inMonitoring('alerts.yml')],
  'each alert fires when it should, and not before': ['test', 'rules', ...alertTestFiles.map(inMonitoring)],
  'the scrape configuration can be read': ['check', 'config', inMonitoring('prometheus.yml')],
}))
  test(what, { skip }, async () => {
    const { code, stdout, stderr } = await run(promtool, args, { timeoutMs: 60_000 });
    assert.equal(code, 0, `${stdout}${stderr}`);
  });
