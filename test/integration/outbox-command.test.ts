// `npm run outbox`: what it does to given-up events is what was asked for, and to no other; what it does not know is refused before anything is done.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createPool, type Pool } from '../../db/pool.ts';
import { writeEvents } from '../support/events.ts';
import { operatorCommand } from '../support/operator-command.ts';
import { type TestStack, testStack } from '../support/stack.ts';

let stack: TestStack;
let pool: Pool;
before(async () => {
  stack = await testStack('outbox_command');
  pool = createPool({ url: stack.systemUrl, size: 2, name: 'outbox-command-test' });
  await pool.query("insert into tenants (tenant_id, name) values ('t', 'T')");
});
after(async () => {
  await pool.end();
  await stack.close();
});

const outbox = (...args: string[]) => operatorCommand('outbox', stack.environment, ...args);
const types = ['message.read', 'message.sent', 'message.played'] as const;
async function givenUp(): Promise<string[]> {
  await pool.query("update outbox_events set status = 'processed'");
  const ids = await writeEvents(
    pool,
    't',
    types.map((type) => ({ aggregateId: randomUUID(), sequence: 1, type })),
  );
  await pool.query(
    "update outbox_events set status = 'failed', retry_count = 5, last_error = 'no queue' where event_id = any($1)",
    [ids],
  );
  return ids;
}
async function failed(): Promise<string[]> {
  const { rows } = await pool.query<{ event_id: string }>(
    "select event_id from outbox_events where status = 'failed' order by id",
  );
  return rows.map(({ event_id }) => event_id);
}

test('redrives the one that is named, those of several types, or all; without --yes none', async () => {
  const [read = '', sent = '', played = ''] = await givenUp();
  assert.match((await outbox('redrive', read)).output, /^1 events would be redriven/m);
  assert.equal((await failed()).length, 3);
  assert.deepEqual(await outbox('redrive', read, '--yes').then(({ code }) => code), 0);
  assert.deepEqual(await failed(), [sent, played]);
  await outbox('redrive', '--type', 'message.sent', '--type', 'message.played', '--reason', 'queue', '--yes');
  assert.deepEqual(await failed(), []);
});

test('discards the one that is named, with a note', async () => {
  const [read = '', sent = '', played = ''] = await givenUp();
  const { code, output } = await outbox('discard', read);
  assert.deepEqual([code, await failed()], [1, [read, sent, played]]);
  assert.match(output, /note of 1 to 500 characters/);
  assert.equal((await outbox('discard', read, '--note', 'a duplicate')).code, 0);
  assert.deepEqual(await failed(), [sent, played]);
  assert.match((await outbox('explain', read)).output, /skip marker is about to be sent/);
});

test('refuses what it does not know, and changes nothing', async () => {
  const ids = await givenUp();
  const wrong: [string[], RegExp][] = [
    [['redrive', ids[0] ?? '', ids[1] ?? '', '--yes'], /redrive takes no/],
    [['redrive', '--id', ids[0] ?? '', '--yes'], /--id/],
    [['failed', '--limit', 'many'], /--limit takes a whole number/],
    [['redirve', '--yes'], /There is no command redirve/],
  ];
  const answers = await Promise.all(wrong.map(([args]) => outbox(...args)));
  for (const [index, { code, output }] of answers.entries()) {
    assert.equal(code, 2, output);
    assert.match(output, wrong[index]?.[1] ?? /^$/);
    assert.doesNotMatch(output, /at .*\.ts:\d/);
  }
  assert.deepEqual(await failed(), ids);
});
