// Delivers events to the sessions' webhooks as the gateway does: signed raw body, headers, retries by policy, no order, no memory after the last try.
import { createHmac, randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { request } from 'undici';
import type { WebhookConfig } from './requests.ts';
import { newEventId, type SandboxState, type Session, takeOne } from './state.ts';

/** One event on its way to one webhook, with the answers of all tries so far. */
export type Delivery = {
  id: number;
  eventId: string;
  event: string;
  url: string;
  state: 'pending' | 'delivered' | 'given_up' | 'lost';
  attempts: { at: string; status?: number; error?: string }[];
};

/** What to deliver. `body` is sent as it is when it is text. */
export type Outgoing = { event: string; eventId: string; body: unknown; signature?: string };

/** Sends events and tells what became of them. */
export type WebhookSender = {
  /** Builds the envelope around a payload and delivers it. */
  emit(session: Session, event: string, payload: unknown, overrides?: Record<string, unknown>): Delivery[];
  /** Delivers a body as it is to the session's webhooks that want the event. */
  deliver(session: Session, outgoing: Outgoing): Delivery[];
  /** Resolves when none of these is pending. */
  settled(deliveries: Delivery[]): Promise<void>;
  deliveries(): Delivery[];
  reset(): void;
  close(): void;
};

const userAgent = 'WAHA/2026.7.1';
const attemptTimeoutMs = 30_000;
const remembered = 50_000;

/** Creates the sender; `close` gives up whatever is still pending. */
export function createWebhookSender(state: SandboxState): WebhookSender {
  let log: Delivery[] = [];
  let nextId = 1;
  let stop = createStop();
  const running = new Map<Delivery, Promise<void>>();

  function deliver(session: Session, outgoing: Outgoing): Delivery[] {
    const wanting = (session.config.webhooks ?? []).filter((webhook) => wants(webhook, outgoing.event));
    return wanting.flatMap((webhook) => {
      const copies = takeOne(state, 'duplicateWebhooks') ? 2 : 1;
      return Array.from({ length: copies }, () => start(webhook, outgoing));
    });
  }

  function start(webhook: WebhookConfig, { event, eventId, body, signature }: Outgoing): Delivery {
    const delivery: Delivery = { id: nextId++, eventId, event, url: webhook.url, state: 'pending', attempts: [] };
    log.push(delivery);
    if (log.length > remembered) log = log.slice(-remembered / 2);
    if (state.misbehaviour.deaf || takeOne(state, 'loseWebhooks')) {
      delivery.state = 'lost';
      return delivery;
    }
    const raw = typeof body === 'string' ? body : JSON.stringify(body);
    const signal = stop.signal;
    const run = attempt(webhook, delivery, raw, signature, signal).finally(() => running.delete(delivery));
    running.set(delivery, run);
    return delivery;
  }

  return {
    deliver,
    emit(session, event, payload, overrides = {}) {
      const body = { ...envelope(session, event, payload), ...overrides };
      return deliver(session, { event, eventId: typeof body.id === 'string' ? body.id : '', body });
    },
    async settled(deliveries) {
      await Promise.all(deliveries.map((delivery) => running.get(delivery)));
    },
    deliveries: () => log,
    reset() {
      stop.abort();
      stop = createStop();
      log = [];
    },
    close: () => stop.abort(),
  };
}

// Every delivery listens to it; there may be thousands at once.
function createStop(): AbortController {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  return stop;
}

/** The envelope around a payload. */
export function envelope(session: Session, event: string, payload: unknown) {
  const now = Date.now();
  return {
    id: newEventId(now),
    timestamp: now,
    event,
    session: session.name,
    metadata: session.config.metadata ?? {},
    me: session.status === 'WORKING' ? session.me : null,
    payload,
    environment: { version: '2026.7.1', engine: 'GOWS', tier: 'CORE', browser: null, platform: 'linux/x64' },
  };
}

function wants(webhook: WebhookConfig, event: string): boolean {
  return webhook.events.includes(event) || (webhook.events.includes('*') && event !== 'engine.event');
}

async function attempt(
  webhook: WebhookConfig,
  delivery: Delivery,
  raw: string,
  signature: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const attempts = Math.max(1, webhook.retries?.attempts ?? 15);
  for (let number = 1; number <= attempts; number += 1) {
    if (await post(webhook, delivery, raw, signature, signal)) {
      delivery.state = 'delivered';
      return;
    }
    if (signal.aborted || number === attempts || !(await pause(delayMs(webhook, number), signal))) break;
  }
  delivery.state = 'given_up';
}

async function post(
  webhook: WebhookConfig,
  delivery: Delivery,
  raw: string,
  signature: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const at = new Date().toISOString();
  try {
    const answer = await request(webhook.url, {
      method: 'POST',
      headers: headersOf(webhook, raw, signature),
      body: raw,
      signal: AbortSignal.any([signal, AbortSignal.timeout(attemptTimeoutMs)]),
    });
    await answer.body.dump();
    delivery.attempts.push({ at, status: answer.statusCode });
    return answer.statusCode >= 200 && answer.statusCode < 300;
  } catch (error) {
    delivery.attempts.push({ at, error: error instanceof Error ? error.message : String(error) });
    return false;
  }
}

function headersOf(webhook: WebhookConfig, raw: string, signature: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': userAgent,
    'x-webhook-request-id': randomBytes(7).toString('hex'),
    'x-webhook-timestamp': String(Date.now()),
  };
  for (const { name, value } of webhook.customHeaders ?? []) headers[name.toLowerCase()] = value;
  const key = webhook.hmac?.key;
  if (key) {
    headers['x-webhook-hmac'] = signature ?? createHmac('sha512', key).update(raw).digest('hex');
    headers['x-webhook-hmac-algorithm'] = 'sha512';
  }
  return headers;
}

function delayMs(webhook: WebhookConfig, number: number): number {
  const base = (webhook.retries?.delaySeconds ?? 2) * 1000;
  const policy = webhook.retries?.policy ?? 'constant';
  if (policy === 'linear') return base * number;
  if (policy === 'exponential') return base * 2 ** (number - 1) * (0.9 + Math.random() * 0.2);
  return base;
}

/** Resolves true after the time, false when stopped before. */
export function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const timer = setTimeout(() => finish(true), ms);
    const stopped = () => finish(false);
    const finish = (whole: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stopped);
      resolve(whole);
    };
    signal.addEventListener('abort', stopped);
  });
}
