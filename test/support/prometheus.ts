// A real Prometheus that scrapes a running product by our own configuration and evaluates our own rules, only faster. Where its program is to be had.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { inMonitoring } from '../../ops/monitoring/alerts.ts';
import { pickPort } from '../../ops/stack/ports.ts';

type Answer = { readonly status: string; readonly data: unknown };
type ScrapeJob = { job_name: string; static_configs: { targets: string[] }[] };
/** One series of an answer. */
export type Sample = { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] };
/** An alert that is pending or firing. */
export type Alert = { readonly labels: Readonly<Record<string, string>>; readonly state: string };

/** A running Prometheus. */
export type Prometheus = {
  /** Throws when the expression is refused. */
  query(expression: string): Promise<readonly Sample[]>;
  alerts(): Promise<readonly Alert[]>;
  stop(): Promise<void>;
};

/** Starts it. `urls`: the processes' addresses by name. */
export async function startPrometheus(program: string, urls: Readonly<Record<string, string>>): Promise<Prometheus> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'prometheus-'));
  const config = parse(await readFile(inMonitoring('prometheus.yml'), 'utf8')) as { scrape_configs: ScrapeJob[] };
  const scrapeConfigs = config.scrape_configs.map(({ job_name }) => {
    const url = urls[job_name.replace('messaging-', '')];
    if (!url) throw new Error(`No address for the job ${job_name}.`);
    return { job_name, static_configs: [{ targets: [new URL(url).host] }] };
  });
  const file = path.join(folder, 'prometheus.yml');
  const faster = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' };
  await writeFile(
    file,
    stringify({ global: faster, rule_files: [inMonitoring('alerts.yml')], scrape_configs: scrapeConfigs }),
  );
  const port = await pickPort('Prometheus', 0, () => undefined);
  // The shell ends it when its own input ends: also when the test is killed.
  const child = spawn(
    'sh',
    [
      '-c',
      '"$@" & server=$!; cat > /dev/null; kill $server; wait $server',
      'sh',
      program,
      `--config.file=${file}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['pipe', 'ignore', 'ignore'] },
  );
  const exited = once(child, 'exit');
  const ask = async (what: string): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${what}`, { signal: AbortSignal.timeout(5_000) });
    const { status, data, ...error } = (await answer.json()) as Answer;
    if (status !== 'success') throw new Error(`Prometheus: ${JSON.stringify(error)}`);
    return data;
  };
  return {
    query: async (expression) =>
      ((await ask(`query?${new URLSearchParams({ query: expression })}`)) as { result: Sample[] }).result,
    alerts: async () => ((await ask('alerts')) as { alerts: Alert[] }).alerts,
    async stop() {
      child.stdin.end();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
