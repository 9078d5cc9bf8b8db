// .env.example names every variable of platform/config.ts, with its default where there is one.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../platform/config.ts';
import { projectDir } from '../stack/paths.ts';

const key = Buffer.alloc(32).toString('base64');
const config = loadConfig({ MASTER_KEY: key, TEMPORAL_CODEC_KEY: key });
const source = readFileSync(path.join(projectDir, 'platform/config.ts'), 'utf8');
const names = [...source.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name = '']) => name);
const example = new Map(
  readFileSync(path.join(projectDir, '.env.example'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const match = /^#?([A-Z][A-Z0-9_]+)=(.*)$/.exec(line);
      return match?.[1] ? [[match[1], match[2] ?? ''] as const] : [];
    }),
);

test('.env.example and the configuration name the same variables', () => {
  assert.deepEqual([...example.keys()].sort(), [...names].sort());
});

test('the defaults shown are the defaults', () => {
  for (const [name, value] of Object.entries(config)) {
    if (name === 'MASTER_KEY' || name === 'TEMPORAL_CODEC_KEY' || value === undefined) continue;
    assert.equal(example.get(name), String(value), name);
  }
});
