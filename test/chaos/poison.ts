// Events that a handler can't digest: the data says which ones, and a file says whether they are healed by now.
import { existsSync } from 'node:fs';
import type { Handle } from '../../workers/consumers/consumer.ts';

/** What the data of an event asks for. */
export type Poison = 'throw' | 'hang';

/** Wraps a handler: data `{ poison: 'throw' | 'hang' }` throws or hangs until the file named by CHAOS_HEALED is there. */
export function poisoned(handle: Handle): Handle {
  const healed = process.env['CHAOS_HEALED'];
  return async (event, tx, signal) => {
    const poison = event.data['poison'] as Poison | undefined;
    if (poison !== undefined && !(healed !== undefined && existsSync(healed))) {
      if (poison === 'throw') throw new Error('this can not be digested');
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    }
    await handle(event, tx, signal);
  };
}
