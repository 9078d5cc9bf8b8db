// For the controls of I12: a process and connections behind proxies of their own, a leak among them, and what is held before and after it.
import { createPool } from '../../db/pool.ts';
import { eventually } from '../support/eventually.ts';
import type { Held } from '../support/invariants.ts';
import { startProxy, through } from '../support/proxy.ts';
import { createSupervised, type Supervised } from '../support/supervised.ts';
import type { Ground } from './ground.ts';
import { readHeld } from './held.ts';

/** What the faulty process can do wrong. */
export type Fault = 'rejection' | 'memory' | 'client' | 'connection';

/** The place of a leak. */
export type Leaks = {
  /** Addresses through the proxies. */
  readonly amqpUrl: string;
  readonly databaseUrl: string;
  readonly processes: Supervised;
  /** Starts the faulty process; answers how to bring out its fault, which resolves when it is there. */
  readonly startFaulty: (fault: Fault) => Promise<() => Promise<void>>;
  /** What is held after the leak, compared with what was before it. */
  readonly heldAfter: (leak: () => Promise<unknown>) => Promise<readonly Held[]>;
};

/** Nothing is in doubt here, so nothing has to be waited for. */
const patience = { restMs: 400, forgottenAfterMs: 0 };

/** Opens it; all of it ends with the ground. */
export async function openLeaks({ stack, admin, onClose }: Ground): Promise<Leaks> {
  const databaseProxy = await startProxy(() => portOf(stack.databaseUrl));
  const brokerProxy = await startProxy(() => portOf(stack.amqpUrl));
  onClose(() => Promise.all([databaseProxy.close(), brokerProxy.close()]));
  const processes = createSupervised();
  // What they hold would keep them from stopping.
  onClose(() => Promise.all(processes.names().map((name) => processes.kill(name))));
  // The ground's own pools go past the proxies.
  const unused = createPool({ url: stack.databaseUrl, size: 1, name: 'unused' });
  onClose(() => unused.end());
  const database = { pool: unused, systemPool: unused };
  const holders = { stack, admin, database, databaseProxy, brokerProxy, processes, rows: [] };
  const databaseUrl = through(stack.databaseUrl, databaseProxy);
  return {
    amqpUrl: through(stack.amqpUrl, brokerProxy),
    databaseUrl,
    processes,
    startFaulty: async (fault) => {
      const faulty = await processes.start('faulty', {
        file: 'test/chaos/faulty-process.ts',
        environment: { ...stack.environment, DATABASE_URL: databaseUrl, LOG_LEVEL: 'fatal', CHAOS_FAULT: fault },
      });
      return async () => {
        faulty.signal('SIGUSR2');
        await eventually(() => faulty.output().includes('the fault is there'));
      };
    },
    heldAfter: async (leak) => {
      const before = await readHeld(holders, undefined, patience);
      await leak();
      return readHeld(holders, before, patience);
    },
  };
}

const portOf = (url: string): number => Number(new URL(url).port);
