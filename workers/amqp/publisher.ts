// Publishes on one confirm channel: mandatory, persistent, every message settled exactly once, whatever happens to channel or connection.
import type { ConfirmChannel } from 'amqplib';
import { type BrokerConnection, createConnection } from './connection.ts';
import { declareTopology, exchangesOf, type TopologyDrift, type TopologyOptions } from './topology.ts';

/** One message. `headers` holds what AMQP can carry: texts, whole numbers, booleans. */
export type OutgoingMessage = {
  readonly id: string;
  readonly routingKey: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | number | boolean>>;
};

/**
 * What became of a message. `returned`: no queue takes it. `nacked`: a queue is full. `lost`: nobody knows; it may have arrived.
 * `refused`: it can't be sent at all, and `reason` says why.
 */
export type Outcome =
  | { readonly kind: 'confirmed' | 'returned' | 'nacked' | 'lost' }
  | { readonly kind: 'refused'; readonly reason: string };

/** `blocked`: the broker is out of memory or disk and takes nothing. */
export type PublisherState = 'open' | 'blocked' | 'down';

/** A publisher. `publish` never throws, and calls `settle` once, later. */
export type Publisher = {
  readonly state: () => PublisherState;
  readonly publish: (message: OutgoingMessage, settle: (outcome: Outcome) => void) => void;
  readonly close: () => Promise<void>;
};

/** What a publisher needs. */
export type PublisherOptions = TopologyOptions & {
  readonly url: string;
  readonly name: string;
  readonly onState: (state: PublisherState, reason: string) => void;
  readonly onDrift?: (drift: TopologyDrift) => void;
  readonly confirmTimeoutMs?: number;
  readonly maxMessageBytes?: number;
};

type Flying = { returned: boolean; settled: boolean; at: number; settle: (outcome: Outcome) => void };

/** Connects in the background. */
export function createPublisher(options: PublisherOptions): Publisher {
  const { confirmTimeoutMs = 10_000, maxMessageBytes = 8 * 1024 * 1024 } = options;
  const { events } = exchangesOf(options);
  const flying = new Map<string, Flying>();
  let channel: ConfirmChannel | undefined;
  let downBecause: string | undefined;
  let blocked = false;
  let unblockedAt = 0;

  const state = (): PublisherState => (channel === undefined ? 'down' : blocked ? 'blocked' : 'open');
  const drop = (reason: string): void => {
    if (channel === undefined) {
      // Why it can't come back is told too, each reason once.
      if (downBecause !== reason) options.onState('down', reason);
      downBecause = reason;
      return;
    }
    channel = undefined;
    downBecause = reason;
    options.onState('down', reason);
    for (const [id, one] of flying) settle(id, one, { kind: 'lost' });
  };
  const settle = (id: string, one: Flying, outcome: Outcome): void => {
    if (one.settled) return;
    one.settled = true;
    if (flying.get(id) === one) flying.delete(id);
    one.settle(outcome);
  };

  const connection: BrokerConnection = createConnection({
    url: options.url,
    name: options.name,
    onLost: drop,
    onBlocked: (reason) => {
      if (blocked === (reason !== null)) return;
      blocked = reason !== null;
      unblockedAt = performance.now();
      if (channel) options.onState(state(), reason ?? 'the broker takes messages again');
    },
    onOpen: async (model) => {
      for (const drift of await declareTopology(model, options)) options.onDrift?.(drift);
      const opened = await model.createConfirmChannel();
      // The message after a channel's error says what was wrong, e.g. a deleted exchange; connecting again declares it anew.
      opened.on('error', (error) => connection.abandon(error.message));
      opened.on('close', () => {
        if (channel === opened) connection.abandon('the channel was closed');
      });
      // A return comes before the confirm of the same message, which says nothing about it.
      opened.on('return', ({ properties }) => {
        const one = flying.get(String(properties.messageId));
        if (one) one.returned = true;
      });
      channel = opened;
      options.onState(state(), 'connected');
    },
  });

  const watch = setInterval(() => {
    const [oldest] = flying.values();
    if (oldest && !blocked && performance.now() - Math.max(oldest.at, unblockedAt) > confirmTimeoutMs)
      connection.abandon(`no confirm came within ${confirmTimeoutMs} ms`);
  }, confirmTimeoutMs / 10);

  const publish = (message: OutgoingMessage, settleWith: (outcome: Outcome) => void): void => {
    const later = (outcome: Outcome): void => queueMicrotask(() => settleWith(outcome));
    if (message.body.length > maxMessageBytes) {
      later({
        kind: 'refused',
        reason: `too large: ${message.body.length} bytes, at most ${maxMessageBytes} are sent`,
      });
      return;
    }
    if (channel === undefined) {
      later({ kind: 'lost' });
      return;
    }
    const one: Flying = { returned: false, settled: false, at: performance.now(), settle: settleWith };
    try {
      channel.publish(
        events,
        message.routingKey,
        message.body,
        {
          messageId: message.id,
          mandatory: true,
          persistent: true,
          contentType: 'application/json',
          headers: message.headers,
        },
        (error: unknown) => settle(message.id, one, outcomeOf(error, one.returned)),
      );
      flying.set(message.id, one);
    } catch (error) {
      const { name, message: reason } = error instanceof Error ? error : { name: '', message: 'it can not be encoded' };
      later(name === 'IllegalOperationError' ? { kind: 'lost' } : { kind: 'refused', reason });
    }
  };

  return {
    state,
    publish,
    close: async () => {
      clearInterval(watch);
      if (channel !== undefined) drop('closed');
      await connection.close();
    },
  };
}

function outcomeOf(error: unknown, returned: boolean): Outcome {
  if (error === null || error === undefined) return { kind: returned ? 'returned' : 'confirmed' };
  return { kind: error instanceof Error && error.message === 'message nacked' ? 'nacked' : 'lost' };
}
