// Every invariant has a build made wrong on purpose that turns it red, judged by the same ledger as the chaos rows. A check that can't fail says nothing.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import pg from 'pg';
import { undoStep } from '../../activities/saga-steps.ts';
import { aggregates } from '../../db/aggregates.ts';
import { execute } from '../../db/execute.ts';
import { appendEvents } from '../../db/outbox.ts';
import { inTenant } from '../../db/transaction.ts';
import { runInSaga } from '../../platform/saga-context.ts';
import { testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { createSupervised } from '../support/supervised.ts';
import { ackBeforeCommit, cursorRelay, markBeforeConfirm, openSender, skipLockedRelay } from './broken.ts';
import { recordEffect } from './chaos-rows.ts';
import { canary, eventsOf, type Ground, withGround } from './ground.ts';
import { clientsHeld } from './held.ts';

const ordered = testRow('chaos_ordered', { aggregates: ['message'] });
const unordered = testRow('chaos_unordered', { types: ['message.#'] });

/** A contact of the first tenant, by a command. */
async function makeContact({ database, population }: Ground): Promise<string> {
  const { contactId, tenantId, projectId } = population.contacts[0] ?? { contactId: '', tenantId: '', projectId: '' };
  const data = { contactId, projectId, tenantId, name: `${canary} of a name` };
  const cause = { causationId: randomUUID(), correlationId: randomUUID() };
  await inTenant(database.pool, tenantId, (tx) =>
    execute(database, tx, aggregates.contact, contactId, { type: 'contact.create', data }, cause),
  );
  return contactId;
}

async function markSent({ admin }: Ground): Promise<void> {
  await admin.query("update outbox_events set status = 'processed'");
}

function control(name: string, expected: readonly string[], work: (ground: Ground) => Promise<string[]>): void {
  test(`${expected.join(' and ') || 'nothing'}: ${name}`, async () => {
    await withGround(expected.join('-') || 'honest', async (ground) => assert.deepEqual(await work(ground), expected));
  });
}

describe('the ledger', () => {
  control('an honest build', [], async (ground) => {
    await ground.startConsumer(ordered);
    await ground.startConsumer(unordered);
    await ground.startRelay([ordered, unordered]);
    await makeContact(ground);
    await ground.commit([...eventsOf(ground.tenantId, 20), ...eventsOf(ground.population.tenants[1] ?? '', 20)]);
    await ground.untilSent();
    await eventually(async () => (await ground.effects()) === 80);
    return ground.red([ordered, unordered], { held: clientsHeld(ground.database) });
  });

  control('a consumer that acks before it commits', ['I1'], async (ground) => {
    await ground.startRelay([unordered]);
    await ackBeforeCommit(ground, unordered);
    await ground.commit(eventsOf(ground.tenantId, 30));
    await ground.untilSent();
    await eventually(async () => (await ground.effects()) === 20);
    return ground.red([unordered]);
  });

  control('a relay that marks before the broker confirmed', ['I1'], async (ground) => {
    await ground.startConsumer(unordered);
    markBeforeConfirm(ground, await openSender(ground));
    await ground.commit(eventsOf(ground.tenantId, 30));
    await ground.untilSent();
    await eventually(async () => (await ground.effects()) === 20);
    return ground.red([unordered]);
  });

  control('a command that publishes before its commit, and is rolled back', ['I2'], async (ground) => {
    await ground.startConsumer(unordered);
    const send = await openSender(ground);
    const [event] = eventsOf(ground.tenantId, 1);
    assert.ok(event);
    await inTenant(ground.database.pool, ground.tenantId, async (tx) => {
      await appendEvents(tx, [event]);
      const { saga, data, ...rest } = event;
      await send({
        ...rest,
        version: 'v1',
        id: 1,
        partition: 0,
        retryCount: 0,
        skip: false,
        metadata: '{}',
        data: JSON.stringify(data),
      });
      throw new Error('the command fails after all');
    }).catch(() => undefined);
    await eventually(async () => (await ground.effects()) === 1);
    return ground.red([unordered]);
  });

  control('an effect outside of the transaction of its claim', ['I3'], async (ground) => {
    const failed = new Set<string>();
    const handle = recordEffect(unordered.name);
    await ground.startConsumer(unordered, async (event, _tx, signal) => {
      await inTenant(ground.database.pool, event.tenantId, (own) => handle(event, own, signal));
      if (failed.has(event.id)) return;
      failed.add(event.id);
      throw new Error('the claim is rolled back, the effect is not');
    });
    await ground.startRelay([unordered]);
    await ground.commit(eventsOf(ground.tenantId, 3));
    await ground.untilSent();
    await eventually(async () => (await ground.effects()) === 6);
    return ground.red([unordered]);
  });

  control('two relays that share the rows by SKIP LOCKED', ['I4'], async (ground) => {
    // It trusts the order of arrival, as many a consumer does.
    const trusting = testRow('chaos_unordered', { types: ['message.#'] }, { prefetch: 1, concurrency: 1 });
    await ground.startConsumer(trusting);
    const send = await openSender(ground);
    await ground.commit(eventsOf(ground.tenantId, 6));
    const one = await skipLockedRelay(ground, 3);
    const other = await skipLockedRelay(ground, 3);
    await other.send(send);
    await one.send(send);
    await eventually(async () => (await ground.effects()) === 6);
    return ground.red([{ name: trusting.name, isOrdered: true, binds: (type) => type.startsWith('message.') }]);
  });

  control('a writer that reads the last sequence and does not guard it', ['I5'], async (ground) => {
    const { database, tenantId } = ground;
    const [first] = eventsOf(tenantId, 1);
    assert.ok(first);
    await ground.commit([first]);
    // Both have read sequence 1 before either wrote.
    await ground.commit(eventsOf(tenantId, 1, 2, first.aggregateId));
    await inTenant(database.pool, tenantId, (tx) => appendEvents(tx, eventsOf(tenantId, 1, 2, first.aggregateId)));
    await markSent(ground);
    return ground.red([]);
  });

  control('a row that is changed without an event', ['I6'], async (ground) => {
    const contactId = await makeContact(ground);
    await markSent(ground);
    assert.deepEqual(await ground.red([]), []);
    // A damage, no wrong build: `execute` writes row and event in one transaction and takes nothing that would leave the event out. A build that does would
    // be this statement beside it.
    await ground.admin.query("update contacts set language = 'pt' where id = $1", [contactId]);
    return ground.red([]);
  });

  control('a relay that reads by a cursor, beside a transaction that commits late', ['I1', 'I7'], async (ground) => {
    await ground.startConsumer(unordered);
    const round = cursorRelay(ground, await openSender(ground));
    const { database, tenantId } = ground;
    await inTenant(database.pool, tenantId, async (tx) => {
      await appendEvents(tx, eventsOf(tenantId, 1));
      await ground.commit(eventsOf(tenantId, 1));
      await round();
    });
    await round();
    await eventually(async () => (await ground.effects()) === 1);
    return ground.red([unordered]);
  });

  control('a step that takes effect after its undo', ['I8'], async (ground) => {
    const { database, tenantId, admin } = ground;
    const saga = {
      correlationId: randomUUID(),
      workflowId: `w-${randomUUID()}`,
      runId: 'r',
      sagaType: 'Test',
      tenantId,
    };
    await runInSaga({ ...saga, sagaStep: 'charge', stepNumber: 1, undo: true }, () =>
      undoStep(database, async () => {}),
    );
    await admin.query("update sagas set state = 'compensated', ended_at = now()");
    assert.deepEqual(await ground.red([]), []);
    // A damage, no wrong build: `runStep` reads its claim in a function of its own that nothing can be put in place of. All that the ledger goes by is what
    // a step that took no notice of the claim would leave: `done` where its undo wrote `forbidden`, in a saga that is compensated.
    await admin.query("update saga_steps set state = 'done' where step = 'charge'");
    return ground.red([]);
  });

  control('a policy that lets everybody read', ['I9'], async (ground) => {
    await makeContact(ground);
    await markSent(ground);
    await ground.admin.query('create policy leak on contacts for select to app_user using (true)');
    return ground.red([]);
  });

  control("tables without FORCE, used by their owner's role", ['I9'], async (ground) => {
    await makeContact(ground);
    await markSent(ground);
    const owner = new pg.Pool({ connectionString: ground.stack.migrationUrl, max: 1 });
    ground.onClose(() => owner.end());
    await ground.admin.query('alter table contacts no force row level security');
    return ground.red([], { tenantPool: owner });
  });

  control('personal data in the clear', ['I10'], async (ground) => {
    const [event] = eventsOf(ground.tenantId, 1);
    assert.ok(event);
    await ground.commit([{ ...event, data: { note: `${canary} in the open` } }]);
    await markSent(ground);
    return ground.red([]);
  });

  control('a promise that nobody waits for', ['I11'], async (ground) => {
    const processes = createSupervised();
    const environment = { ...ground.stack.environment, LOG_LEVEL: 'fatal' };
    const failing = await processes.start('failing', { file: 'test/chaos/failing-process.ts', environment });
    failing.signal('SIGUSR2');
    await failing.exited;
    return ground.red([], { exits: processes.exits() });
  });

  control('a transaction that keeps its connection when it can not begin', ['I12'], async (ground) => {
    const { pool } = ground.database;
    const naive = async (): Promise<void> => {
      const client = await pool.connect();
      ground.onClose(async () => client.release(true));
      await client.query('begin transaction isolation level nonsense');
      client.release();
    };
    await naive().catch(() => undefined);
    return ground.red([], { held: clientsHeld(ground.database) });
  });
});
