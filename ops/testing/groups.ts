// Finds the test files and sorts them into groups: `domain` and `unit` beside the code, the others by their folder under test/.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { projectDir } from '../stack/paths.ts';

/** When a group runs: `aside` with what the others leave over of the machine, `shared` one group after the other, `alone` after all of these. */
export type TestTurn = 'aside' | 'shared' | 'alone';
/** A group of test files; `files` are paths from the project's folder. `atOnce` files run side by side. */
export type TestGroup = { name: string; files: string[]; atOnce: number; turn: TestTurn };

const skipped = new Set(['.git', '.cache', '.data', 'node_modules', 'fixtures']);
const order = ['domain', 'unit', 'contract', 'integration', 'workflows', 'security', 'chaos', 'end-to-end'];
const turns: Readonly<Record<string, TestTurn>> = {
  // They only compute: no clock, no process and no server is waited for.
  domain: 'aside',
  simulation: 'aside',
  // They measure and kill.
  chaos: 'alone',
  'end-to-end': 'alone',
};

/** The groups that need no server. */
export const serverless: readonly string[] = ['domain', 'unit'];

/** All groups in the order they run; a folder of test/ that isn't in the order comes after, so that none is forgotten. */
export function testGroups(root: string = projectDir): TestGroup[] {
  const groups = new Map<string, string[]>();
  for (const file of testFiles(root, '')) {
    const [top = '', folder = ''] = file.split('/');
    const isGroup = top === 'test' && folder !== 'support' && !folder.endsWith('.ts');
    const name = isGroup ? folder : top === 'domain' ? 'domain' : 'unit';
    groups.set(name, [...(groups.get(name) ?? []), file]);
  }
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...groups]
    .sort(([one], [other]) => place(one) - place(other) || one.localeCompare(other))
    .map(([name, files]) => ({ name, files, turn: turns[name] ?? 'shared' }))
    .map((group) => ({ ...group, atOnce: group.turn === 'alone' ? 1 : 2 }));
}

function testFiles(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .sort((one, other) => one.name.localeCompare(other.name))
    .flatMap((entry) => {
      const file = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : testFiles(root, file);
      return entry.name.endsWith('.test.ts') ? [file] : [];
    });
}
