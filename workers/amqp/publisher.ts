// Publishes on one confirm channel: mandatory, persistent, every message settled exactly once, whatever happens to channel or connection.
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { type BrokerLink, createBrokerLink } from './broker-link.ts';
import { type BrokerConnection, createConnection } from './connection.ts';
import { declareTopology, exchangesOf, type TopologyDrift, type TopologyOptions } from './topology.ts';
import { createUnconfirmed, type Unconfirmed } from './unconfirmed.ts';

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

/** Connects in the background. */
export function createPublisher(options: PublisherOptions): Publisher {
  const { confirmTimeoutMs = 10_000, maxMessageBytes = 8 * 1024 * 1024 } = options;
  const { events } = exchangesOf(options);
  const unconfirmed = createUnconfirmed();
  const link = createBrokerLink(options.onState, unconfirmed.loseAll);
  const connection: BrokerConnection = createConnection({
    url: options.url,
    name: options.name,
    onLost: link.drop,
    onBlocked: link.block,
    onOpen: async (model) => {
      for (const drift of await declareTopology(model, options)) options.onDrift?.(drift);
      link.open(await openChannel(model, link, unconfirmed, connection.abandon));
    },
  });
  const watch = watchConfirms(link, unconfirmed, confirmTimeoutMs, connection.abandon);

  return {
    state: link.state,
    publish: (message, settle) => {
      const later = (outcome: Outcome): void => queueMicrotask(() => settle(outcome));
      const { length } = message.body;
      const channel = link.channel();
      if (length > maxMessageBytes)
        later({ kind: 'refused', reason: `too large: ${length} bytes, at most ${maxMessageBytes} are sent` });
      else if (channel === undefined) later({ kind: 'lost' });
      else {
        const failure = send(channel, events, message, unconfirmed, settle);
        if (failure) later(failure);
      }
    },
    close: async () => {
      clearInterval(watch);
      if (link.channel() !== undefined) link.drop('closed');
      await connection.close();
    },
  };
}

async function openChannel(
  model: ChannelModel,
  link: BrokerLink,
  unconfirmed: Unconfirmed,
  abandon: (reason: string) => void,
): Promise<ConfirmChannel> {
  const channel = await model.createConfirmChannel();
  // The message after a channel's error says what was wrong, e.g. a deleted exchange; connecting again declares it anew.
  channel.on('error', (error) => abandon(error.message));
  channel.on('close', () => {
    if (link.channel() === channel) abandon('the channel was closed');
  });
  channel.on('return', ({ properties }) => unconfirmed.noteReturn(String(properties.messageId)));
  return channel;
}

/** Gives a connection up on which no confirm comes, though the broker takes messages. */
function watchConfirms(
  link: BrokerLink,
  unconfirmed: Unconfirmed,
  timeoutMs: number,
  abandon: (reason: string) => void,
): NodeJS.Timeout {
  return setInterval(() => {
    const oldestAt = unconfirmed.oldestAt();
    if (oldestAt === undefined || link.isBlocked()) return;
    if (performance.now() - Math.max(oldestAt, link.unblockedAt()) > timeoutMs)
      abandon(`no confirm came within ${timeoutMs} ms`);
  }, timeoutMs / 10);
}

/** Sends one message; answers its outcome if it never left. */
function send(
  channel: ConfirmChannel,
  exchange: string,
  { id, routingKey, body, headers }: OutgoingMessage,
  unconfirmed: Unconfirmed,
  tell: (outcome: Outcome) => void,
): Outcome | undefined {
  const sending = { id, at: performance.now(), tell, returned: false, settled: false };
  const properties = { messageId: id, mandatory: true, persistent: true, contentType: 'application/json', headers };
  try {
    channel.publish(exchange, routingKey, body, properties, (error: unknown) =>
      unconfirmed.settle(sending, outcomeOf(error, sending.returned)),
    );
    unconfirmed.add(sending);
    return undefined;
  } catch (error) {
    const { name, message: reason } = error instanceof Error ? error : { name: '', message: 'it can not be encoded' };
    return name === 'IllegalOperationError' ? { kind: 'lost' } : { kind: 'refused', reason };
  }
}

function outcomeOf(error: unknown, returned: boolean): Outcome {
  if (error === null || error === undefined) return { kind: returned ? 'returned' : 'confirmed' };
  return { kind: error instanceof Error && error.message === 'message nacked' ? 'nacked' : 'lost' };
}
