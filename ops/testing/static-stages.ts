// The stages that look at the code without running it, as commands. Each is one row.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectDir } from '../stack/paths.ts';
import { run } from '../stack/run.ts';
import type { StageResult, Tally } from './tally.ts';

const tool = (name: string, ...args: string[]) => [path.join(projectDir, 'node_modules', '.bin', name), ...args];
const ours = (file: string, ...args: string[]) => [process.execPath, '--import', 'tsx', file, ...args];

const stages: readonly { name: string; command: string[] }[] = [
  { name: 'types', command: tool('tsc', '-p', '.') },
  { name: 'lint', command: tool('biome', 'check', '--colors=off') },
  { name: 'folder rules', command: ours('ops/check-rules.ts') },
  { name: 'file rules', command: ours('ops/check-files.ts') },
  { name: 'dead code', command: tool('knip', '--no-progress') },
  // Derived files are written by ops/gen.ts; --check compares.
  ...(existsSync(path.join(projectDir, 'ops/gen.ts'))
    ? [{ name: 'derived files', command: ours('ops/gen.ts', '--check') }]
    : []),
];

/** Runs all of them, two at a time. */
export async function runStaticStages(tally: Tally): Promise<void> {
  const waiting = [...stages];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      await tally.stage(next.name, () => runCommand(next?.command ?? []));
  };
  await Promise.all([worker(), worker()]);
}

async function runCommand([program = '', ...args]: string[]): Promise<StageResult> {
  const env = { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' };
  const { code, stdout, stderr } = await run(program, args, { cwd: projectDir, env, timeoutMs: 300_000 });
  return { passed: code === 0, output: `${stdout}${stderr}` };
}
