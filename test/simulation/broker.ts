// A broker in memory: confirm channels that lose what is in flight, queues that take or refuse, deliveries that come again, dead letters.
import type { ConsumeMessage } from 'amqplib';
import type { Outcome, OutgoingMessage } from '../../workers/amqp/publisher.ts';
import type { QueueSender } from '../../workers/amqp/queue-sender.ts';
import type { Settle } from '../../workers/amqp/subscriber.ts';
import { toMessage } from '../../workers/relay/message.ts';
import type { PendingEvent, PublishPort } from '../../workers/relay/ports.ts';
import type { Owner, Scheduler } from './scheduler.ts';
import type { Weather } from './weather.ts';

/** A message in a queue; `place` is its position. */
type Queued = { readonly place: number; readonly message: ConsumeMessage };
type Queue = { ready: Queued[]; readonly subscriptions: Subscription[] };
type Subscription = {
  readonly name: string;
  readonly owner: Owner;
  readonly prefetch: number;
  isOpen: boolean;
  isCancelled: boolean;
  readonly unacked: Set<Queued>;
  readonly inbox: Queued[];
  readonly onMessage: (message: ConsumeMessage, settle: Settle) => void;
  readonly onLost: () => void;
};
type Sent = { readonly event: PendingEvent; readonly settle: (outcome: Outcome) => void; isSettled: boolean };
type Channel = {
  readonly owner: Owner;
  isOpen: boolean;
  outgoing: Sent[];
  readonly flying: Set<Sent>;
  readonly onState: (state: 'open' | 'down') => void;
};

const deadNameOf = (name: string): string => `${name}.dead`;
const isDeadName = (name: string): boolean => name.endsWith('.dead');

/** The broker. */
export type Broker = ReturnType<typeof createBroker>;

/** Makes one; every queue takes every message. `onArrival` hears of each, before it is taken or refused. */
export function createBroker(
  scheduler: Scheduler,
  weather: Weather,
  queueNames: readonly string[],
  onArrival: (event: PendingEvent) => void,
) {
  const { random, call, soon, after } = scheduler;
  const chance = (share: number): boolean => share > 0 && random() < share;
  const queues = new Map<string, Queue>(
    queueNames.flatMap((name) => [name, deadNameOf(name)]).map((name) => [name, { ready: [], subscriptions: [] }]),
  );
  const arrivals: PendingEvent[] = [];
  const channels = new Set<Channel>();
  let places = 0;
  let waiting = 0;

  const queueOf = (name: string): Queue => {
    const queue = queues.get(name);
    if (!queue) throw new Error(`no queue ${name}`);
    return queue;
  };
  const deliver = (queue: Queue): void => {
    for (;;) {
      const free = queue.subscriptions.filter(
        ({ isOpen, isCancelled, unacked, prefetch }) => isOpen && !isCancelled && unacked.size < prefetch,
      );
      const one = free[Math.floor(random() * free.length)];
      const queued = one && queue.ready.shift();
      if (!queued) return;
      one.unacked.add(queued);
      one.inbox.push(queued);
      // In order on its channel, whenever the consumer comes to it.
      soon(one.owner, () => {
        const next = one.inbox.shift();
        if (one.isOpen && next) one.onMessage(next.message, settleOf(queue, one, next));
      });
    }
  };
  const settleOf = (queue: Queue, one: Subscription, queued: Queued): Settle => {
    const settle = (isDead: boolean): void => {
      const arrive = (): void => {
        if (!one.isOpen || !one.unacked.delete(queued)) return;
        if (isDead) queueOf(deadNameOf(one.name)).ready.push(queued);
        deliver(queue);
      };
      void call(one.owner, arrive, null);
    };
    return { ack: () => settle(false), reject: () => settle(true) };
  };
  /** All that was not settled comes again: at its place, or anywhere when others were given back before. */
  const closeSubscription = (queue: Queue, one: Subscription): void => {
    if (!one.isOpen) return;
    one.isOpen = false;
    queue.subscriptions.splice(queue.subscriptions.indexOf(one), 1);
    queue.ready = [...one.unacked, ...queue.ready].sort((a, b) => a.place - b.place);
    if (chance(0.3)) for (const queued of one.unacked) swap(queue.ready, queue.ready.indexOf(queued));
    one.unacked.clear();
    soon(one.owner, one.onLost);
    deliver(queue);
  };
  const swap = (list: Queued[], from: number): void => {
    const to = Math.floor(random() * list.length);
    const [one, other] = [list[from], list[to]];
    if (one && other) {
      list[from] = other;
      list[to] = one;
    }
  };

  const put = (queue: Queue, { id, headers, body }: Omit<OutgoingMessage, 'routingKey'>): void => {
    places += 1;
    const message = { content: body, fields: {}, properties: { messageId: id, headers } } as ConsumeMessage;
    queue.ready.push({ place: places, message });
    deliver(queue);
  };
  /** A retry queue: what has waited goes to the consumer's own. */
  const putLater = (queue: Queue, ms: number, message: Omit<OutgoingMessage, 'routingKey'>): void => {
    waiting += 1;
    after(null, ms, () => {
      waiting -= 1;
      put(queue, message);
    });
  };
  const route = (event: PendingEvent): Outcome => {
    onArrival(event);
    if (chance(weather.returned)) return { kind: 'returned' };
    // A full queue refuses, but others may have taken it.
    const refusing = chance(weather.nacked) ? Math.floor(random() * queueNames.length) : -1;
    const message = toMessage(event);
    for (const [index, name] of queueNames.entries()) if (index !== refusing) put(queueOf(name), message);
    if (refusing >= 0) return { kind: 'nacked' };
    arrivals.push(event);
    return { kind: 'confirmed' };
  };
  /** What was written before may still arrive, in order, a while later. */
  const closeChannel = (channel: Channel): void => {
    if (!channel.isOpen) return;
    channel.isOpen = false;
    const late = channel.outgoing.slice(0, weather.cut > 0 ? Math.floor(random() * (channel.outgoing.length + 1)) : 0);
    channel.outgoing = [];
    const arrive = (): void => {
      const sent = late.shift();
      if (sent) route(sent.event);
    };
    for (let count = late.length; count > 0; count -= 1) soon(null, arrive);
    soon(channel.owner, () => {
      channel.onState('down');
      for (const sent of channel.flying) settle(channel, sent, { kind: 'lost' });
      after(channel.owner, 50, () => {
        channel.isOpen = true;
        channel.onState('open');
      });
    });
  };
  const settle = (channel: Channel, sent: Sent, outcome: Outcome): void => {
    if (sent.isSettled) return;
    sent.isSettled = true;
    channel.flying.delete(sent);
    sent.settle(outcome);
  };

  return {
    /** Each event that reached all queues, each time. */
    arrivals,
    /** A relay's confirm channel. */
    publisher: (owner: Owner, onState: (state: 'open' | 'down') => void): PublishPort => {
      const channel: Channel = { owner, isOpen: true, outgoing: [], flying: new Set(), onState };
      channels.add(channel);
      return {
        ready: () => channel.isOpen,
        publish: (event, settleWith) => {
          const sent = { event, settle: settleWith, isSettled: false };
          if (!channel.isOpen) return soon(owner, () => settleWith({ kind: 'lost' }));
          channel.flying.add(sent);
          channel.outgoing.push(sent);
          const arrive = (): (() => void) => {
            const first = channel.outgoing.shift();
            if (!first) return () => {};
            const outcome = route(first.event);
            return () => settle(channel, first, outcome);
          };
          void call(owner, arrive, null).then((answer) => answer());
        },
      };
    },
    subscribe: (
      owner: Owner,
      name: string,
      { prefetch, onMessage, onLost }: Pick<Subscription, 'prefetch' | 'onMessage' | 'onLost'>,
    ): { readonly cancel: () => void; readonly close: () => void } => {
      const queue = queueOf(name);
      const one: Subscription = {
        name,
        owner,
        prefetch,
        isOpen: true,
        isCancelled: false,
        unacked: new Set(),
        inbox: [],
        onMessage,
        onLost,
      };
      queue.subscriptions.push(one);
      deliver(queue);
      return {
        cancel: () => {
          one.isCancelled = true;
        },
        close: () => closeSubscription(queue, one),
      };
    },
    subscribers: (name: string): number => queueOf(name).subscriptions.length,
    /** Puts a message into a queue by its name; as for every confirm, an error does not mean that it is not there. */
    sender:
      (owner: Owner): QueueSender =>
      (name, { id, headers, body }) =>
        call(owner, () => {
          if (chance(weather.handlerFails)) throw new Error('the queue did not take the message');
          const wait = /^(.*)\.retry\.(\d+)ms$/.exec(name);
          if (wait) putLater(queueOf(wait[1] ?? ''), Number(wait[2]), { id, headers, body });
          else put(queueOf(name), { id, headers, body });
          if (chance(weather.handlerFails)) throw new Error('no confirm came');
        }),
    /** Takes the copies of these out of the dead letters. */
    tidy: (isSettled: (consumer: string, eventId: string) => boolean): void => {
      for (const name of queueNames) {
        const queue = queueOf(deadNameOf(name));
        queue.ready = queue.ready.filter(({ message }) => !isSettled(name, String(message.properties.messageId)));
      }
    },
    /** The process died, or its connection did. */
    cut: (owner: Owner): void => {
      for (const channel of channels) if (channel.owner === owner) closeChannel(channel);
      for (const queue of queues.values())
        for (const one of [...queue.subscriptions]) if (one.owner === owner) closeSubscription(queue, one);
    },
    unsettled: (): number => {
      let count = waiting;
      for (const [name, { ready, subscriptions }] of queues) {
        if (!isDeadName(name)) count += ready.length;
        for (const { unacked } of subscriptions) count += unacked.size;
      }
      return count;
    },
    /** Dead letters, by queue and event. */
    dead: (): string[] =>
      [...queues]
        .filter(([name]) => isDeadName(name))
        .flatMap(([name, { ready }]) => ready.map(({ message }) => `${name} ${message.properties.messageId}`)),
  };
}
