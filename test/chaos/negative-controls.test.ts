// Every invariant, and every part of one that is looked at by itself, has a build made wrong on purpose that turns it red, judged by the same ledger as the
// chaos rows. A check that can't fail says nothing. `npm run chaos` runs this file first and reads the names of its tests: `<what turns red>: <the build>`.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import amqp from 'amqplib';
import pg from 'pg';
import pino, { type Logger } from 'pino';
import { writeSaga } from '../../activities/saga-activities.ts';
import { runStep, undoStep } from '../../activities/saga-steps.ts';
import { aggregates } from '../../db/aggregates.ts';
import { execute } from '../../db/execute.ts';
import { appendEvents } from '../../db/outbox.ts';
import { inTenant, type Tx } from '../../db/transaction.ts';
import { createLogger } from '../../platform/log.ts';
import { runInSaga } from '../../platform/saga-context.ts';
import { delivery } from '../support/deliver.ts';
import { testRow } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import type { Verdict } from '../support/invariants.ts';
import * as broken from './broken.ts';
import { recordEffect } from './chaos-rows.ts';
import { canary, eventsOf, type Ground, withGround } from './ground.ts';
import { clientsHeld, queueDepths } from './held.ts';
import { type Fault, openLeaks } from './leaks.ts';
import { openTap, readTap } from './wire-tap.ts';

const ordered = testRow('chaos_ordered', { aggregates: ['message'] });
const unordered = testRow('chaos_unordered', { types: ['message.#'] });

const newCause = () => ({ causationId: randomUUID(), correlationId: randomUUID() });

/** A contact of the first tenant, by a command. */
async function makeContact({ database, population }: Ground): Promise<string> {
  const { contactId, tenantId, projectId } = population.contacts[0] ?? { contactId: '', tenantId: '', projectId: '' };
  const data = { contactId, projectId, tenantId, name: `${canary} of a name` };
  await inTenant(database.pool, tenantId, (tx) =>
    execute(database, tx, aggregates.contact, contactId, { type: 'contact.create', data }, newCause()),
  );
  return contactId;
}

async function markSent({ admin }: Ground): Promise<void> {
  await admin.query("update outbox_events set status = 'processed'");
}

/** Those of `expected` turn red, and no others; `part`: what the ledger says of one of them, where it looks at several things. */
function control(
  name: string,
  expected: readonly string[],
  work: (ground: Ground) => Promise<readonly Verdict[]>,
  part = /^/,
): void {
  test(`${expected.join(' and ') || 'nothing'}: ${name}`, async () => {
    await withGround(expected.join('-') || 'honest', async (ground) => {
      const found = await work(ground);
      assert.deepEqual(
        found.map(({ invariant }) => invariant),
        expected,
      );
      const examples = found.flatMap((one) => one.examples);
      assert.ok(expected.length === 0 || examples.some((one) => part.test(one)), `${part} in ${examples.join('; ')}`);
    });
  });
}

// Most of them wait for a server most of the time.
describe('the ledger', { concurrency: 3 }, () => {
  control('an honest build', [], async (ground) => {
    await ground.startConsumer(ordered);
    await ground.startConsumer(unordered);
    await ground.startRelay([ordered, unordered]);
    await makeContact(ground);
    await ground.commit([...eventsOf(ground.tenantId, 20), ...eventsOf(ground.population.tenants[1] ?? '', 20)]);
    await ground.untilSent();
    await eventually(async () => (await ground.effects()) === 80);
    const depths = () => queueDepths(ground.stack, [ordered, unordered]);
    await eventually(async () => [...(await depths()).values()].every((count) => count === 0), { timeoutMs: 20_000 });
    return ground.red([ordered, unordered], { held: clientsHeld(ground.database) });
  });

  control('a consumer that acks before it commits', ['I1'], async (ground) => {
    await ground.startRelay([unordered]);
    await broken.ackBeforeCommit(ground, unordered);
    await ground.commit(eventsOf(ground.tenantId, 30));
    await ground.untilSent();
    await eventually(async () => (await ground.effects()) === 20);
    return ground.red([unordered]);
  });

  control('a relay that marks before the broker confirmed', ['I1'], async (ground) => {
    await ground.startConsumer(unordered);
    broken.markBeforeConfirm(ground, await broken.openSender(ground));
    await ground.commit(eventsOf(ground.tenantId, 30));
    await ground.untilSent();
    await eventually(async () => (await ground.effects()) === 20);
    return ground.red([unordered]);
  });

  control('a command that publishes before its commit, and is rolled back', ['I2'], async (ground) => {
    await ground.startConsumer(unordered);
    const send = await broken.openSender(ground);
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
    const send = await broken.openSender(ground);
    await ground.commit(eventsOf(ground.tenantId, 6));
    const one = await broken.skipLockedRelay(ground, 3);
    const other = await broken.skipLockedRelay(ground, 3);
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

  control('a fold that forgets a kind of event', ['I6'], async (ground) => {
    const { database, tenantId } = ground;
    const contactId = await makeContact(ground);
    const rename = async (definition: typeof aggregates.contact, name: string) => {
      const command = { type: 'contact.update', data: { name: `${canary} ${name}` } } as const;
      await inTenant(database.pool, tenantId, (tx) =>
        execute(database, tx, definition, contactId, command, newCause()),
      );
      await markSent(ground);
    };
    await rename(aggregates.contact, 'by the honest fold');
    assert.deepEqual(await ground.red([]), []);
    await rename(broken.forgetfulContacts(), 'by the forgetful one');
    return ground.red([]);
  });

  control(
    'a relay that reads by a cursor, beside a transaction that commits late',
    ['I1', 'I7'],
    async (ground) => {
      await ground.startConsumer(unordered);
      const round = broken.cursorRelay(ground, await broken.openSender(ground));
      const { database, tenantId } = ground;
      await inTenant(database.pool, tenantId, async (tx) => {
        await appendEvents(tx, eventsOf(tenantId, 1));
        await ground.commit(eventsOf(tenantId, 1));
        await round();
      });
      await round();
      await eventually(async () => (await ground.effects()) === 1);
      return ground.red([unordered]);
    },
    /unpublished rows/,
  );

  control(
    'a consumer that takes effect and never acks',
    ['I7'],
    async (ground) => {
      await ground.startRelay([unordered]);
      await broken.neverAck(ground, unordered);
      await ground.commit(eventsOf(ground.tenantId, 30));
      await ground.untilSent();
      await eventually(async () => (await ground.effects()) === 30);
      // The broker's management knows it seconds later.
      const depth = async () => (await queueDepths(ground.stack, [unordered])).get(unordered.name);
      const count = await eventually(async () => (await depth()) === 30 && 30, { timeoutMs: 20_000, everyMs: 200 });
      return ground.red([unordered], { queues: [{ what: `queue ${unordered.name}`, count }] });
    },
    /queue chaos_unordered/,
  );

  control(
    'an ordered consumer that goes on with what it parked, and leaves it parked',
    ['I7'],
    async (ground) => {
      const { tenantId } = ground;
      const events = eventsOf(tenantId, 2);
      await ground.commit(events);
      await markSent(ground);
      const take = broken.keepParked(ground, ordered);
      for (const { aggregateId, sequence, eventId, type } of events.toReversed()) {
        const given = delivery(aggregateId, sequence, { tenantId, type });
        await take({ ...given, event: { ...given.event, id: eventId } });
      }
      assert.equal(await ground.effects(), 2);
      return ground.red([ordered]);
    },
    /parked events/,
  );

  control('a step that never looks whether its undo came before', ['I8'], async (ground) => {
    const { database, tenantId } = ground;
    const saga = {
      correlationId: randomUUID(),
      workflowId: `w-${randomUUID()}`,
      runId: 'r',
      sagaType: 'Test',
      tenantId,
    };
    const step = { ...saga, sagaStep: 'charge', stepNumber: 1 };
    // The saga has given up waiting for the step: it undoes it, and ends. The step's own run comes late.
    await runInSaga({ ...step, undo: true }, () => undoStep(database, async () => {}));
    await inTenant(database.pool, tenantId, (tx) => writeSaga(tx, { ...step, undo: true }, { state: 'compensated' }));
    const charge = { type: 'contact.update', data: { name: `${canary} charged` } } as const;
    const contactId = await makeContact(ground);
    const effect = (tx: Tx) => execute(database, tx, aggregates.contact, contactId, charge, newCause());
    await assert.rejects(runInSaga({ ...step, undo: false }, () => runStep(database, ({ tx }) => effect(tx))));
    await markSent(ground);
    assert.deepEqual(await ground.red([]), []);
    await runInSaga({ ...step, undo: false }, () => broken.naiveStep(ground, effect));
    await markSent(ground);
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

  control(
    'personal data in the clear',
    ['I10'],
    async (ground) => {
      const [event] = eventsOf(ground.tenantId, 1);
      assert.ok(event);
      await ground.commit([{ ...event, data: { note: `${canary} in the open` } }]);
      await markSent(ground);
      return ground.red([]);
    },
    /table/,
  );

  control(
    'a log that goes past the redaction',
    ['I10'],
    async (ground) => {
      const write = (logger: (destination: Writable) => Logger): string => {
        let output = '';
        const destination = new Writable({
          write: (piece, _encoding, done) => {
            output += String(piece);
            done();
          },
        });
        logger(destination).info({ contactName: `${canary} of a name`, email: canary }, 'a contact was made');
        return output;
      };
      const honest = write((destination) =>
        createLogger({ name: 'control', level: 'info', personalFields: ['contactName', 'email'], destination }),
      );
      assert.match(honest, /a contact was made/);
      assert.deepEqual(await ground.red([], { output: honest }), []);
      return ground.red([], { output: write((destination) => pino(destination)) });
    },
    /logs/,
  );

  control(
    'a relay that opens what is sealed before it sends it',
    ['I10'],
    async (ground) => {
      await openTap(ground.stack, ['#']);
      await makeContact(ground);
      await broken.openingRelay(ground, await broken.openSender(ground));
      const { messages, inTheClear } = await readTap(ground.stack, canary);
      assert.ok(messages > 0);
      return ground.red([], { inTheClear });
    },
    /messages at the broker/,
  );

  control('a promise that nobody waits for', ['I11'], async (ground) => {
    const { processes, startFaulty } = await openLeaks(ground);
    const fail = await startFaulty('rejection');
    await fail();
    await processes.get('faulty').exited;
    return ground.red([], { exits: processes.exits() });
  });

  control(
    'a transaction that keeps its connection when it can not begin',
    ['I12'],
    async (ground) => {
      const { pool } = ground.database;
      const naive = async (): Promise<void> => {
        const client = await pool.connect();
        ground.onClose(async () => client.release(true));
        await client.query('begin transaction isolation level nonsense');
        client.release();
      };
      await naive().catch(() => undefined);
      return ground.red([], { held: clientsHeld(ground.database) });
    },
    /not given back to the load's pool/,
  );

  const faults: readonly (readonly [Fault, string, RegExp])[] = [
    ['client', 'a process that keeps a client of its pool when it can not begin', /not given back to the pool faulty/],
    ['connection', 'a process that connects to the database for each call', /connections to the database/],
    ['memory', 'a process that keeps what it has seen', /memory of faulty/],
  ];
  for (const [fault, name, part] of faults)
    control(
      name,
      ['I12'],
      async (ground) => {
        const { startFaulty, heldAfter } = await openLeaks(ground);
        return ground.red([], { held: await heldAfter(await startFaulty(fault)) });
      },
      part,
    );

  control(
    'a sender that connects to the broker for each event',
    ['I12'],
    async (ground) => {
      const { amqpUrl, heldAfter } = await openLeaks(ground);
      const connect = async () => {
        const model = await amqp.connect(amqpUrl);
        ground.onClose(() => model.close());
      };
      return ground.red([], { held: await heldAfter(connect) });
    },
    /connections to the broker/,
  );

  control(
    'a handler that begins a transaction of its own and forgets it',
    ['I12'],
    async (ground) => {
      const { heldAfter } = await openLeaks(ground);
      const forget = async () => {
        const client = new pg.Client({ connectionString: ground.stack.databaseUrl });
        ground.onClose(() => client.end());
        await client.connect();
        await client.query('begin');
      };
      return ground.red([], { held: await heldAfter(forget) });
    },
    /transactions left open/,
  );
});
