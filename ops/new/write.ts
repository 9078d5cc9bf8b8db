// Writes a scaffold and has the formatter put its lines and imports into the house's order.
import path from 'node:path';
import { run } from '../stack/run.ts';
import type { Draft } from './draft.ts';

/** Writes the draft; throws when the formatter finds what it can't mend. `modules`: the folder of the packages. */
export async function writeDraft(draft: Draft, modules: string): Promise<void> {
  draft.write();
  const files = draft.files().flatMap(({ file }) => (file.endsWith('.ts') ? [file] : []));
  const biome = path.join(modules, '@biomejs/biome/bin/biome');
  const args = [biome, 'check', '--write', '--linter-enabled=false', '--vcs-enabled=false', '--colors=off', ...files];
  const { code, stdout, stderr } = await run(process.execPath, args, { cwd: draft.root, timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`Everything is written, but the formatter is not content:\n${stdout}${stderr}`);
}
