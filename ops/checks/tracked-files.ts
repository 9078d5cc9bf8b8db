// The files that belong to the project: those git tracks or would track. Without git, those of a walk that skips what is ignored.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { projectDir } from '../stack/paths.ts';
import { run } from '../stack/run.ts';

const skipped = new Set(['.git', '.cache', '.data', 'node_modules']);

/** Paths from the project's folder, with forward slashes, sorted. */
export async function trackedFiles(): Promise<string[]> {
  const git = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: projectDir });
  const files = git.code === 0 ? git.stdout.split('\0').filter(Boolean) : walk('');
  return [...new Set(files)].sort();
}

function walk(folder: string): string[] {
  return readdirSync(path.join(projectDir, folder), { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const file = path.posix.join(folder, entry.name);
    return entry.isDirectory() ? walk(file) : [file];
  });
}
