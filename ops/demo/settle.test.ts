// Waiting for the demo to settle: ends when nothing is open, gives up when nothing moves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startWahaSandbox, type WahaSandbox } from '../sandbox/waha/sandbox.ts';
import type { Product } from './product.ts';
import { describeOpen, settle } from './settle.ts';

let sandbox: WahaSandbox;
let target: { sandboxUrl: string; apiKey: string };
before(async () => {
  sandbox = await startWahaSandbox({ port: 0, apiKey: 'k' });
  target = { sandboxUrl: sandbox.url, apiKey: 'k' };
});
after(() => sandbox.close());

/** A product whose outbox holds `pending()` events and whose sagas have all ended but `stuck` of them. */
function productWith(pending: () => number, stuck = 0): Product {
  const saga = { correlationId: 'k', workflowId: 'w', sagaType: 's', state: 'stuck', startedAt: '' };
  const answer = (path: string): unknown =>
    path.endsWith('state=stuck') ? Array.from({ length: stuck }, () => saga) : [];
  return {
    get: async (_path, schema) => schema.parse({ pending: pending(), failed: 0 }) as never,
    list: async (path) => answer(path) as never,
  };
}

test('it ends when the last thing is done; stuck sagas do not hold it up but are told', async () => {
  let pending = 3;
  const seen: string[] = [];
  const onOpen = (open: Parameters<typeof describeOpen>[0]) => void seen.push(describeOpen(open));
  const end = await settle(
    productWith(() => pending--, 1),
    target,
    { stallMs: 5_000, onOpen },
  );
  assert.equal(end.settled, true);
  assert.equal(seen[0], '3 events to publish, 1 sagas stuck');
  assert.equal(seen.at(-1), '1 sagas stuck');
});

test('it gives up when nothing moves', async () => {
  const end = await settle(
    productWith(() => 2),
    target,
    { stallMs: 100, onOpen: () => undefined },
  );
  assert.equal(end.settled, false);
  assert.equal(describeOpen(end.open), '2 events to publish');
});
