// playScenario: sends the demo's hour to a product, through a gateway sandbox or straight to a webhook, at a chosen speed.
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import { z } from 'zod';
import type { ScenarioOptions } from './making.ts';
import { buildScenario, type ScenarioEvent } from './scenario.ts';

/** Where the webhooks go: to a sandbox that signs, sends and repeats them, or to a function of the caller's. */
export type Target =
  | { sandboxUrl: string; apiKey: string }
  | { postWebhook: (body: ScenarioEvent['body']) => Promise<void> };

/** `speed`: how many times faster than life; Infinity sends without a pause. `inOrder`: each only when the one before was taken. */
export type PlayOptions = ScenarioOptions & {
  speed: number;
  inOrder?: boolean;
  onEvent?: (event: ScenarioEvent, number: number, total: number) => void;
};

/** What was played. */
export type Played = { events: number; tookMs: number };

/** Plays the scenario; resolves when all events are out (with `inOrder`: taken). */
export async function playScenario(target: Target, options: PlayOptions): Promise<Played> {
  const events = buildScenario(options);
  const send = sender(target, options);
  const started = Date.now();
  const firstMs = events[0]?.atMs ?? 0;
  const pending: Promise<void>[] = [];
  for (const [index, event] of events.entries()) {
    const due = started + (event.atMs - firstMs) / options.speed;
    if (due > Date.now()) await delay(due - Date.now());
    const sent = send(event);
    if (options.inOrder) await sent;
    else pending.push(sent);
    options.onEvent?.(event, index + 1, events.length);
  }
  await Promise.all(pending);
  return { events: events.length, tookMs: Date.now() - started };
}

function sender(target: Target, { session, inOrder = false }: PlayOptions): (event: ScenarioEvent) => Promise<void> {
  if ('postWebhook' in target) return (event) => target.postWebhook(event.body);
  return async ({ event, body: { payload, ...envelope } }) => {
    await sandboxCall(target, 'POST', 'events', { session, event, payload, envelope, wait: inOrder });
  };
}

const deliveryCounts = z.object({
  counts: z.object({ pending: z.number(), delivered: z.number(), given_up: z.number(), lost: z.number() }),
});

/** How many webhooks the sandbox has still to deliver, and how many it gave up. */
export async function webhookCounts(target: { sandboxUrl: string; apiKey: string }) {
  return deliveryCounts.parse(await sandboxCall(target, 'GET', 'deliveries?state=pending')).counts;
}

async function sandboxCall(
  { sandboxUrl, apiKey }: { sandboxUrl: string; apiKey: string },
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await request(`${sandboxUrl}/sandbox/${path}`, {
    method,
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const json: unknown = await answer.body.json().catch(() => undefined);
  if (answer.statusCode >= 300)
    throw new Error(`The gateway sandbox answered ${answer.statusCode} to ${method} ${path}.`);
  return json;
}
