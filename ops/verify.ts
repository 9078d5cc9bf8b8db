// `npm run verify [-- --tenant <id>] [-- --only contact,session]`: compares every row of an event-sourced aggregate with the fold of its events, while all
// goes on. Exit code 1: something differs; it names aggregates and fields, never values.
import { openDatabase } from '../db/deps.ts';
import { eventSourced } from '../db/event-store/event-sourced.ts';
import { verifyTenant } from '../db/event-store/verify-tenant.ts';
import { nextTenant } from '../db/log-events.ts';
import { inSystem } from '../db/transaction.ts';
import { ConfigError, loadConfig } from '../platform/config.ts';
import { commandLine } from './command-line.ts';
import { runningStack } from './up/state-file.ts';

const names = Object.keys(eventSourced);
const usage = `usage: npm run verify [-- options]
  --tenant <id>        only this tenant's
  --only <a,b>         only these: ${names.join(', ')}
exit code 1: a row is not the fold of its events`;
const { values } = commandLine(usage, { words: 0, options: { tenant: { type: 'string' }, only: { type: 'string' } } });
const only = values.only?.split(',') ?? names;
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')} does not live from its events: those that do are ${names.join(', ')}.`);
  process.exit(2);
}
try {
  process.exitCode = await verify();
} catch (error) {
  console.error(error instanceof ConfigError || error instanceof Error ? error.message : 'It could not be compared.');
  process.exitCode = 2;
}

async function verify(): Promise<number> {
  const database = openDatabase(loadConfig({ ...runningStack()?.environment, ...process.env }), { name: 'verify' });
  const counts = new Map<string, number>(only.map((name) => [name, 0]));
  let wrong = 0;
  try {
    const nextOf = (after: string | null) => inSystem(database.systemPool, (tx) => nextTenant(tx, after));
    for (
      let tenantId = values.tenant ?? (await nextOf(null));
      tenantId !== undefined;
      tenantId = values.tenant === undefined ? await nextOf(tenantId) : undefined
    ) {
      for await (const { aggregateType, compared, differences } of verifyTenant(database, tenantId, only)) {
        counts.set(aggregateType, (counts.get(aggregateType) ?? 0) + compared);
        wrong += differences.length;
        for (const { aggregateId, what } of differences)
          console.log(`${tenantId}: the ${aggregateType} ${aggregateId}: ${what}`);
      }
    }
  } finally {
    await database.close();
  }
  console.log(`${[...counts].map(([name, count]) => `${name}: ${count}`).join(', ')} compared, ${wrong} wrong`);
  return wrong === 0 ? 0 : 1;
}
