// Has the formatter put what a scaffold wrote into the house's form, and its imports into their order.
import path from 'node:path';
import { run } from '../stack/run.ts';

/** Formats files of the project in `root`; throws when the formatter can't. */
export async function formatFiles(root: string, files: readonly string[]): Promise<void> {
  const biome = path.join(root, 'node_modules/@biomejs/biome/bin/biome');
  const options = ['--write', '--linter-enabled=false', '--vcs-enabled=false', '--colors=off'];
  const code = files.filter((file) => file.endsWith('.ts'));
  const {
    code: status,
    stdout,
    stderr,
  } = await run(process.execPath, [biome, 'check', ...options, ...code], {
    cwd: root,
    timeoutMs: 120_000,
  });
  if (status !== 0) throw new Error(`Everything is written, but could not be formatted:\n${stdout}${stderr}`);
}
