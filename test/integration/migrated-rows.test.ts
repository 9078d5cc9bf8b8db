// Migrations that change rows: an older release's rows, what they are after it, and what stays as it was.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { migrate } from '../../db/migrate.ts';
import { createOlderDatabase, dropTestDatabase } from '../support/database.ts';
import { type TestStack, testStack } from '../support/stack.ts';

let stack: TestStack;
before(async () => {
  stack = await testStack('migrated_rows');
});
after(() => stack.close());

test('0036: what a rule asked of personal fields, and found there, is no longer kept; all else of an evaluation is', async () => {
  const place = await createOlderDatabase(stack.adminUrl, 'migrated', '0036');
  const admin = new pg.Client({ connectionString: place.adminUrl });
  await admin.connect();
  try {
    // The rows alone, without what they refer to.
    await admin.query('set session_replication_role = replica');
    const evaluation = async (conditions: unknown): Promise<string> => {
      const eventId = randomUUID();
      await admin.query(
        `insert into automation_evaluations (tenant_id, automation_id, event_id, rule_id, fires, reason, conditions, evaluated_at)
         values ('t', $1, $2, $3, true, 'met', $4, now())`,
        [randomUUID(), eventId, randomUUID(), JSON.stringify(conditions)],
      );
      return eventId;
    };
    const condition = (field: string) => ({ field, operator: 'equals', value: 'Ana', actual: 'Ana', met: true });
    const bare = (field: string) => ({ field, operator: 'equals', met: true });
    const personal = ['contact.name', 'contact.phone', 'contact.email', 'message.text', 'contact.custom.cpf'];
    const mixed = await evaluation([...personal, 'contact.language', 'message.type'].map(condition));
    const none = await evaluation([]);
    const other = await evaluation({ note: 'no list' });

    assert.ok((await migrate({ url: place.ownerUrl })).some((name) => name.startsWith('0036')));

    const { rows } = await admin.query<{ event_id: string; conditions: unknown }>(
      'select event_id, conditions from automation_evaluations',
    );
    const kept = new Map(rows.map((row) => [row.event_id, row.conditions]));
    assert.deepEqual(kept.get(mixed), [
      ...personal.map(bare),
      condition('contact.language'),
      condition('message.type'),
    ]);
    assert.deepEqual([kept.get(none), kept.get(other)], [[], { note: 'no list' }]);
  } finally {
    await admin.end();
    await dropTestDatabase(stack.adminUrl, place.name);
  }
});
