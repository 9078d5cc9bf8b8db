// The fault matrix in small: on servers of its own, which it stops and kills. `npm run chaos` runs every row at its full size.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type FaultServers, startFaultServers } from '../support/fault-servers.ts';
import { chaosTable } from './rows.ts';

const seed = Number(process.env['CHAOS_SEED'] ?? 20_260_609);
let servers: FaultServers;
before(async () => {
  servers = await startFaultServers();
});
after(() => servers?.close());

describe(`the fault matrix in small, CHAOS_SEED=${seed}`, () => {
  for (const row of chaosTable.filter(({ sizes }) => sizes.includes('short'))) {
    test(`${row.name}: ${row.title}`, async (context) => {
      const report = await row.run('short', { servers, seed, say: () => undefined });
      const { faults, events, duplicates, drainMs, notes, problems } = report;
      context.diagnostic(
        `${faults} faults, ${events} events, ${duplicates} sent twice, drained in ${drainMs} ms${notes.map((note) => `; ${note}`).join('')}`,
      );
      assert.deepEqual(problems, []);
      assert.ok(faults > 0 && events > 0);
    });
  }
});
