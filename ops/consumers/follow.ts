// Follows a replay or rebuild on one live line until it ends; it goes on without us when we are interrupted.
import { type ConsumerRequest, listRequests } from '../../db/consumer-requests.ts';
import type { Pool } from '../../db/pool.ts';
import { inSystem } from '../../db/transaction.ts';
import { pause } from '../../platform/pause.ts';
import { progressOf } from './table.ts';

const everyMs = 250;
const hintAfterMs = 5_000;

/** Resolves with the request as it ended. `lineOf` says how far it is. */
export async function follow(
  pool: Pool,
  id: string,
  lineOf: (request: ConsumerRequest) => string = progressOf,
): Promise<ConsumerRequest> {
  const isLive = process.stdout.isTTY;
  const since = performance.now();
  let shown = '';
  let hasHinted = false;
  for (;;) {
    const [request] = await inSystem(pool, (tx) => listRequests(tx, { id }));
    if (!request) throw new Error('The request is gone.');
    const line = lineOf(request);
    if (isLive) process.stdout.write(`\r\u001b[K${line}`);
    else if (line !== shown && (request.endedAt !== null || shown === '')) console.log(line);
    shown = line;
    if (request.endedAt !== null) {
      if (isLive) process.stdout.write('\n');
      return request;
    }
    if (!hasHinted && request.state === 'waiting' && performance.now() - since > hintAfterMs) {
      hasHinted = true;
      console.log(`${isLive ? '\n' : ''}No consumer process has taken it yet: is one running? It stays asked for.`);
    }
    await pause(everyMs);
  }
}
