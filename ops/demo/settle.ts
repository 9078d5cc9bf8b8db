// Waits until nothing that the demo set off is still on its way: webhooks delivered, stored events taken, sagas ended, outbox drained.
import { setTimeout as delay } from 'node:timers/promises';
import { webhookCounts } from './play.ts';
import { type Product, shapes } from './product.ts';

/** What is still open, by where it is. `stuck` and `givenUp` do not settle by themselves. */
export type Open = {
  webhooks: number;
  stored: number;
  running: number;
  outbox: number;
  stuck: number;
  givenUp: number;
};

/** How the wait ended: `settled`, or `stalled` when nothing moved for too long. */
export type Settled = { settled: boolean; open: Open; tookMs: number };

/** Waits; gives up when nothing has changed for `stallMs`. */
export async function settle(
  product: Product,
  sandbox: { sandboxUrl: string; apiKey: string },
  options: { stallMs: number; onOpen: (open: Open) => void },
): Promise<Settled> {
  const started = Date.now();
  let last = '';
  let movedAt = started;
  for (;;) {
    const open = await readOpen(product, sandbox);
    options.onOpen(open);
    const tookMs = Date.now() - started;
    if (open.webhooks + open.stored + open.running + open.outbox === 0) return { settled: true, open, tookMs };
    const now = JSON.stringify(open);
    if (now !== last) movedAt = Date.now();
    last = now;
    if (Date.now() - movedAt > options.stallMs) return { settled: false, open, tookMs };
    await delay(250);
  }
}

/** What is open right now. Events of the demo's sagas can still make others, so webhooks come first and the outbox last. */
export async function readOpen(product: Product, sandbox: { sandboxUrl: string; apiKey: string }): Promise<Open> {
  const webhooks = await webhookCounts(sandbox);
  const rawIn = async (status: string) =>
    (await product.list(`/v1/raw-webhooks?status=${status}`, shapes.rawWebhook)).length;
  const sagasIn = async (state: string) => (await product.list(`/v1/sagas?state=${state}`, shapes.saga)).length;
  const stored = (await rawIn('stored')) + (await rawIn('started'));
  const running = (await sagasIn('running')) + (await sagasIn('compensating'));
  const stuck = await sagasIn('stuck');
  const { pending } = await product.get('/v1/outbox/counts', shapes.outbox);
  return { webhooks: webhooks.pending, stored, running, outbox: pending, stuck, givenUp: webhooks.given_up };
}

/** The open things in words. */
export function describeOpen(open: Open): string {
  const parts: [number, string][] = [
    [open.webhooks, 'webhooks to deliver'],
    [open.stored, 'stored events to take'],
    [open.running, 'sagas running'],
    [open.outbox, 'events to publish'],
    [open.stuck, 'sagas stuck'],
    [open.givenUp, 'webhooks given up'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return said.length === 0 ? 'nothing open' : said.join(', ');
}
