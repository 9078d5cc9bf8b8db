// Finds Prometheus' programs: named by PROMTOOL_BIN, on PATH, in the cache, else unpacks the distribution's package there. They check; nothing of ours needs them to run.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { unpackDebianPackages } from './debian-packages.ts';
import { cacheDir } from './paths.ts';
import { which } from './run.ts';

/** `promtool` checks rules and configurations; `prometheus` is the server, undefined when only promtool is there. */
export type PrometheusBinary = { readonly promtool: string; readonly prometheus: string | undefined };

const cache = path.join(cacheDir, 'prometheus');

/** Where they are; a text that says why they can't be had. */
export async function prometheusBinary(): Promise<PrometheusBinary | string> {
  const given = process.env['PROMTOOL_BIN'] || which('promtool');
  if (given) return { promtool: given, prometheus: which('prometheus') ?? beside(given) };
  const cached = path.join(cache, 'root', 'usr', 'bin', 'promtool');
  if (!existsSync(cached)) {
    const problem = await unpackDebianPackages(['prometheus'], cache);
    if (problem !== undefined) return `promtool is missing: ${problem}. Install Prometheus, or set PROMTOOL_BIN.`;
  }
  return { promtool: cached, prometheus: beside(cached) };
}

function beside(promtool: string): string | undefined {
  const prometheus = path.join(path.dirname(promtool), 'prometheus');
  return existsSync(prometheus) ? prometheus : undefined;
}
