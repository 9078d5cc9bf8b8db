// package-lock.json holds every platform's packages: where one is missing, `npm ci` fails on a fresh clone of any machine.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { projectDir } from '../stack/paths.ts';

type Entry = { optionalDependencies?: Record<string, string>; resolved?: string };
const lock = JSON.parse(readFileSync(path.join(projectDir, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Entry>;
};

/** Whether `name` is found from the package at `place`, as Node looks for it: in its own folder, then upward. */
function isLocked(place: string, name: string): boolean {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (`${folder ? `${folder}/` : ''}node_modules/${name}` in lock.packages) return true;
    if (folder === '') return false;
  }
}

test('every optional dependency stands in the lock: else take a version whose packages all exist', () => {
  const missing = Object.entries(lock.packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isLocked(place, name))
      .map((name) => `${place} → ${name}`),
  );
  assert.deepEqual(missing, []);
});

test('the lock names no registry, so that it works with any', () => {
  const named = Object.entries(lock.packages).filter(([, { resolved }]) => resolved?.startsWith('http'));
  assert.deepEqual(
    named.map(([place]) => place),
    [],
  );
});
