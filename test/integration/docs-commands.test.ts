// What README and runbook print: their `sh tested` blocks against a running product with sagas made stuck on purpose, their `sql` blocks on its database.
// `sh tctl` blocks too, where there is a tctl: on PATH, or named by TCTL_BIN. It can't be installed everywhere.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { projectDir } from '../../ops/stack/paths.ts';
import { which } from '../../ops/stack/run.ts';
import { eventually } from '../support/eventually.ts';
import { type CodeBlock, codeBlocks } from '../support/markdown.ts';
import { type StuckSagas, startStuckSagas } from '../support/stuck-sagas.ts';

const blocks = ['README.md', 'docs/runbook.md', 'docs/sagas.md'].flatMap((document) =>
  codeBlocks(path.join(projectDir, document)),
);
const tctl = process.env['TCTL_BIN'] || which('tctl');
const needsTctl = ({ words }: CodeBlock): boolean => words[0] === 'sh' && words[1] === 'tctl';
const shell = blocks.filter((one) => (one.words[0] === 'sh' && one.words[1] === 'tested') || (needsTctl(one) && tctl));
const sql = blocks.filter(({ words }) => words[0] === 'sql');
const needsSaga = ({ text }: CodeBlock): boolean => text.includes('$SAGA');
/** Steers one saga of the type that the heading names. */
const needsWorkflow = ({ text }: CodeBlock): boolean => text.includes('$WORKFLOW_ID');
const signalsIn = ({ text }: CodeBlock): readonly string[] =>
  [...text.matchAll(/--name (\w+)/g)].map(([, name = '']) => name);
/** Signals to all that are stuck leave none for the others. */
const isForAll = ({ text }: CodeBlock): boolean => text.includes('signal --query');

/** Where a saga is to end after the commands of a block; undefined: it stays stuck. */
function endOf({ text }: CodeBlock): string | undefined {
  if (/\/abort|--name abort|workflow cancel/.test(text)) return 'compensated';
  return /\/retry|\/skip|--name (retry|skip)/.test(text) ? 'completed' : undefined;
}

let sagas: StuckSagas;
let programs: string;
before(async () => {
  programs = await mkdtemp(path.join(os.tmpdir(), 'programs-'));
  await symlink(process.env['TEST_TEMPORAL_CLI'] ?? '', path.join(programs, 'temporal'));
  if (tctl) await symlink(path.resolve(tctl), path.join(programs, 'tctl'));
  sagas = await startStuckSagas('docs', shell.filter(needsSaga).length + 1);
  sagas.mend();
});
after(async () => {
  await sagas.stop();
  await rm(programs, { recursive: true, force: true });
});

function runShell({ text, place }: CodeBlock, saga: string, workflowId = ''): Promise<string> {
  const { demo, apiUrl, environment } = sagas.product;
  const env = {
    ...process.env,
    ...environment,
    NODE_TEST_CONTEXT: undefined,
    TEMPORAL_CLI_ADDRESS: environment['TEMPORAL_ADDRESS'],
    TEMPORAL_CLI_NAMESPACE: environment['TEMPORAL_NAMESPACE'],
    PATH: `${programs}:${process.env['PATH']}`,
    API_URL: apiUrl,
    API_KEY: demo.apiKey,
    CHANNEL_ID: demo.channelId,
    WEBHOOK_SECRET: demo.webhookSecret,
    SAGA: saga,
    WORKFLOW_ID: workflowId,
  };
  return new Promise((resolve, reject) => {
    const args = ['-euo', 'pipefail', '-c', text];
    execFile('bash', args, { cwd: projectDir, env, timeout: 60_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${place} failed:\n${text}\n${stdout}${stderr}`)) : resolve(stdout),
    );
  });
}

async function stateOf(saga: string): Promise<string> {
  return String((await sagas.product.call('GET', `/v1/sagas/${saga}`)).json['state']);
}

describe('commands', { concurrency: false }, () => {
  assert.ok(shell.length > 15 && shell.some(isForAll));
  const steering = shell.filter((one) => !needsWorkflow(one));
  for (const block of [...steering.filter((one) => !isForAll(one)), ...steering.filter(isForAll)]) {
    test(`${block.place} ${block.heading}`, async () => {
      const [saga = ''] = needsSaga(block) ? await sagas.stuck() : [];
      await runShell(block, saga);
      const end = endOf(block);
      if (end === undefined) return;
      if (isForAll(block)) await eventually(async () => (await sagas.stuck()).length === 0, { timeoutMs: 30_000 });
      else await eventually(async () => (await stateOf(saga)) === end, { timeoutMs: 30_000 });
    });
  }
});

describe('commands of each saga', { concurrency: false }, () => {
  const all = shell.filter(needsWorkflow);
  assert.ok(all.length >= 5);
  for (const block of all) {
    test(`${block.place} ${block.heading}`, async () => {
      const { temporal } = sagas;
      // Nobody works on it: what arrives stays in its history.
      const { workflow } = temporal.client;
      const workflowId = `docs-${randomUUID()}`;
      const handle = await workflow.start(block.heading, { workflowId, taskQueue: 'nobody', args: [{}] });
      await runShell(block, '', workflowId);
      const { events } = await handle.fetchHistory();
      const arrived = events?.flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
      assert.deepEqual(arrived, signalsIn(block));
      await handle.terminate();
    });
  }
});

describe('commands for tctl', () => {
  const all = blocks.filter(({ text }) => /^tctl /m.test(text));
  test('are marked as such', () => {
    assert.ok(all.length > 1);
    assert.deepEqual(
      all.filter((one) => !needsTctl(one)).map(({ place }) => place),
      [],
    );
  });
  const reason = 'there is no tctl on PATH, and TCTL_BIN names none';
  for (const { place } of tctl ? [] : all) test(place, { skip: reason }, () => undefined);
});

describe('SQL', { concurrency: false }, () => {
  assert.ok(sql.length > 8);
  for (const { text, place, heading, words } of sql) {
    test(`${place} ${heading}`, async () => {
      const { systemUrl, databaseUrl, migrationUrl, adminUrl } = sagas.product.stack;
      const url = { app_user: databaseUrl, owner: migrationUrl, admin: adminUrl }[words[1] ?? ''] ?? systemUrl;
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        await client.query(text);
      } finally {
        await client.end();
      }
    });
  }
});
