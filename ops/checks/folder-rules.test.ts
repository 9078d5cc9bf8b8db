// Every folder rule can turn red: a copy of the tree's shape with one forbidden import each, and allowed ones that stay green.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { projectDir } from '../stack/paths.ts';
import { folderRuleBreaches } from './folder-rules.ts';

const forbidden: { rule: string; files: Record<string, string> }[] = [
  {
    rule: 'domain-is-pure',
    files: { 'domain/a.ts': "import type { B } from '../db/b.ts';", 'db/b.ts': 'export type B = 1;' },
  },
  { rule: 'domain-is-pure', files: { 'domain/a.ts': "import { readFileSync } from 'node:fs';" } },
  { rule: 'domain-is-pure', files: { 'domain/a.ts': "import { v7 } from 'uuid';" } },
  {
    rule: 'workflows-are-alone-at-run-time',
    files: { 'workflows/a.ts': "import { b } from '../domain/b.ts';", 'domain/b.ts': 'export const b = 1;' },
  },
  { rule: 'workflows-are-alone-at-run-time', files: { 'workflows/a.ts': "import { z } from 'zod';" } },
  {
    rule: 'workflows-are-alone-at-run-time',
    files: {
      'workflows/a.ts': "import type { B } from '../domain/b.ts';\nimport { b } from '../domain/b.ts';",
      'domain/b.ts': 'export const b = 1;',
    },
  },
  {
    rule: 'api-knows-no-workers',
    files: { 'api/a.ts': "import type { B } from '../workers/b.ts';", 'workers/b.ts': 'export type B = 1;' },
  },
  {
    rule: 'api-knows-no-workers',
    files: { 'api/a.ts': "import { b } from '../activities/b.ts';", 'activities/b.ts': 'export const b = 1;' },
  },
  { rule: 'api-knows-no-broker', files: { 'api/a.ts': "import amqp from 'amqplib';" } },
  {
    rule: 'product-knows-no-tools',
    files: { 'workers/a.ts': "import { b } from '../ops/b.ts';", 'ops/b.ts': 'export const b = 1;' },
  },
  {
    rule: 'platform-knows-no-business',
    files: {
      'platform/a.ts': "import { b } from '../domain/contact/b.ts';",
      'domain/contact/b.ts': 'export const b = 1;',
    },
  },
  {
    rule: 'integrations-know-no-store',
    files: { 'integrations/a.ts': "import { b } from '../db/b.ts';", 'db/b.ts': 'export const b = 1;' },
  },
  {
    rule: 'db-knows-no-callers',
    files: { 'db/a.ts': "import { b } from '../intake/b.ts';", 'intake/b.ts': 'export const b = 1;' },
  },
  {
    rule: 'no-cycles-at-run-time',
    files: {
      'db/a.ts': "import { b } from './b.ts';\nexport const a = 1;",
      'db/b.ts': "import { a } from './a.ts';\nexport const b = 1;",
    },
  },
  { rule: 'resolvable', files: { 'db/a.ts': "import { b } from './absent.ts';" } },
  { rule: 'declared', files: { 'db/a.ts': "import '@swc/core';" } },
  { rule: 'no-development-packages-in-product', files: { 'db/a.ts': "import fc from 'fast-check';" } },
];

const allowed: Record<string, string> = {
  'domain/a.ts': "import { z } from 'zod';\nexport type A = 1;\nexport const a = z;",
  'domain/a.test.ts': "import fc from 'fast-check';\nimport { a } from './a.ts';",
  'workflows/a.ts': "import type { A } from '../domain/a.ts';\nimport { sleep } from '@temporalio/workflow';",
  'db/a.ts': "import type { B } from './b.ts';\nexport type A = 1;",
  'db/b.ts': "import { c } from './c.ts';\nexport type B = 1;",
  'db/c.ts': "import type { A } from './a.ts';\nexport const c = 1;",
};

describe('folder rules', () => {
  let copy: string;
  beforeEach(() => {
    copy = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'folder-rules-')));
    cpSync(path.join(projectDir, 'package.json'), path.join(copy, 'package.json'));
    symlinkSync(path.join(projectDir, 'node_modules'), path.join(copy, 'node_modules'));
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  for (const { rule, files } of forbidden) {
    test(`${rule}: ${Object.values(files)[0]?.split('\n').at(-1)}`, async () => {
      const breaches = await breachesOf(copy, files);
      assert.deepEqual([...new Set(breaches.map((line) => line.split(':')[0]))], [rule], breaches.join('\n'));
    });
  }

  test('types may pass where a rule is about run time, tests may import what they like', async () => {
    assert.deepEqual(await breachesOf(copy, allowed), []);
  });
});

async function breachesOf(copy: string, files: Record<string, string>): Promise<string[]> {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
    writeFileSync(path.join(copy, file), text);
  }
  const folders = new Set(Object.keys(files).map((file) => file.split('/')[0] ?? ''));
  return folderRuleBreaches([...folders], copy);
}
