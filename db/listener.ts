// Hears the bells: LISTEN on a connection of its own, which pings itself, because a listener can go deaf without any error.
// Only a hint: whoever uses it also polls.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Metrics } from '../platform/metrics.ts';
import { pause } from '../platform/pause.ts';
import { createTroubles, reasonOf } from '../platform/troubles.ts';

/** What a listener needs. `onRing` is called once per notification, and once after every (re)connect, because rings may have been missed. */
export type ListenerOptions = {
  readonly url: string;
  readonly name: string;
  readonly channels: readonly string[];
  readonly onRing: (channel: string) => void;
  /** Hears that the connection was lost or found deaf: once for each reason, however often connecting fails. */
  readonly onLost?: (reason: string) => void;
  /** Hears that the bell is heard again after it was lost. */
  readonly onBack?: () => void;
  readonly pingEveryMs?: number;
  readonly pingTimeoutMs?: number;
};

/** A running listener. `hears()`: the last ping came back; `pingSeconds()`: how long it took, from its NOTIFY to its arrival (undefined: it did not). */
export type Listener = { hears(): boolean; pingSeconds(): number | undefined; close(): Promise<void> };

const maxBackoffMs = 5_000;

/** Starts to listen; connects in the background and again after every loss. Never throws. */
export function createListener(options: ListenerOptions): Listener {
  const { pingEveryMs = 5_000, pingTimeoutMs = 2_000 } = options;
  const stop = new AbortController();
  let pingSeconds: number | undefined;
  let losses = 0;
  const troubles = createTroubles();

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await listen(options, { pingEveryMs, pingTimeoutMs }, stop.signal, (seconds) => {
          pingSeconds = seconds;
          losses = 0;
          troubles.over('bell', options.onBack);
        });
      } catch (error) {
        const reason = reasonOf(error);
        troubles.has('bell', reason, () => options.onLost?.(reason));
      }
      pingSeconds = undefined;
      losses += 1;
      if (!stop.signal.aborted)
        await pause(Math.random() * Math.min(maxBackoffMs, 50 * 2 ** Math.min(losses, 10)), stop.signal);
    }
  };
  const running = run();
  return {
    hears: () => pingSeconds !== undefined,
    pingSeconds: () => pingSeconds,
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

/** What is asked of a listener; undefined: it does not listen yet, and nothing is shown. */
export type AskedListener = { readonly [Key in 'hears' | 'pingSeconds']: () => ReturnType<Listener[Key]> | undefined };

/** Shows in the process's metrics whether its listener hears, and how late. */
export function measureListener(metrics: Metrics, ask: AskedListener): void {
  metrics.gauge({
    name: 'listener_hears',
    help: 'Whether the process hears the bell of the database; when not, polling goes on.',
    unit: '1 or 0',
    collect: (gauge) => {
      const answer = ask.hears();
      if (answer === undefined) gauge.remove();
      else gauge.set(answer ? 1 : 0);
    },
  });
  metrics.gauge({
    name: 'listener_notify_seconds',
    help: 'From a NOTIFY of the process to itself to its arrival, the last time; it does so every few seconds.',
    unit: 'seconds',
    collect: (gauge) => {
      const seconds = ask.pingSeconds();
      if (seconds === undefined) gauge.remove();
      else gauge.set(seconds);
    },
  });
}

async function listen(
  { url, name, channels, onRing }: ListenerOptions,
  { pingEveryMs, pingTimeoutMs }: { pingEveryMs: number; pingTimeoutMs: number },
  signal: AbortSignal,
  onHeard: (seconds: number) => void,
): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `${name}-listener`,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
  });
  const ownChannel = `ping_${randomBytes(8).toString('hex')}`;
  let pong: (() => void) | undefined;
  let lost: (error: Error) => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    lost = reject;
  });
  ended.catch(() => {});
  client.on('error', (error) => lost(error));
  client.on('end', () => lost(new Error('the connection ended')));
  client.on('notification', ({ channel }) => (channel === ownChannel ? pong?.() : onRing(channel)));
  const over = new AbortController();
  try {
    await client.connect();
    await Promise.race([
      ended,
      client.query([...channels, ownChannel].map((channel) => `listen ${channel}`).join(';')),
    ]);
    // First listen, then tell to look: what was committed in between is found.
    for (const channel of channels) onRing(channel);
    while (!signal.aborted) {
      const askedAt = performance.now();
      const answered = new Promise<'heard'>((resolve) => {
        pong = () => resolve('heard');
      });
      client.query(`notify ${ownChannel}`).catch((error: Error) => lost(error));
      const heard = await Promise.race([answered, pause(pingTimeoutMs, signal, over.signal), ended]);
      if (signal.aborted) return;
      if (heard === undefined) throw new Error(`no notification came within ${pingTimeoutMs} ms`);
      onHeard((performance.now() - askedAt) / 1_000);
      await Promise.race([pause(pingEveryMs, signal, over.signal), ended]);
    }
  } finally {
    over.abort();
    // A deaf connection would answer no goodbye: don't wait for it.
    const ending = client.end().catch(() => {});
    if (signal.aborted) await Promise.race([ending, pause(1_000)]);
  }
}
