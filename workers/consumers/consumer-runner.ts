// One consumer in this process: subscribed whenever there is a connection and nobody has paused it, again after every loss; parked events swept.
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../../platform/log.ts';
import { pause } from '../../platform/pause.ts';
import { createTroubles, reasonOf } from '../../platform/troubles.ts';
import { untilAny } from '../../platform/until-any.ts';
import { cutOffOldQueues } from '../amqp/old-queues.ts';
import { type Settle, type Subscription, subscribe } from '../amqp/subscriber.ts';
import { declareTopology, exchangesOf, queuesOf } from '../amqp/topology.ts';
import { type Consumer, isOrdered } from './consumer.ts';
import type { Pauses } from './follow-pauses.ts';
import type { ConsumerObserver } from './observer.ts';
import type { Processor } from './process-delivery.ts';
import { takeMessage } from './take-message.ts';
import { tellStrays } from './tell-strays.ts';

/** What a runner needs. `recordBeginning` is told once the queue of an ordered consumer is bound. `stop` ends it; `cut` ends what is still running then. */
export type RunnerDeps = {
  readonly prefix: string;
  readonly exchange: string;
  readonly processor: Processor;
  readonly recordBeginning: () => Promise<void>;
  readonly pauses: Pauses;
  readonly observer: ConsumerObserver;
  readonly log: Logger;
  readonly sweepEveryMs: number;
  readonly stop: AbortSignal;
};

/** A running consumer. */
export type Runner = {
  /** Why it gets no messages; undefined when it does, or is paused and nothing else is wrong. */
  readonly problem: () => string | undefined;
  /** Subscribes on a new connection, until `session` ends. */
  readonly connected: (model: ChannelModel, session: AbortSignal) => void;
  readonly disconnected: (reason: string) => void;
  /** After `stop`: resolves when nothing runs any more. */
  readonly idle: () => Promise<void>;
  /** After `stop`: gives back what is not settled. */
  readonly close: () => Promise<void>;
};

/** Starts it; it waits for a connection. */
export function createRunner(deps: RunnerDeps, consumer: Consumer): Runner {
  const { log, processor, pauses, stop } = deps;
  const { name } = consumer;
  const troubles = createTroubles();
  let problem: string | undefined = 'not connected to the broker yet';
  let isSubscribed = false;
  const working = new Set<Promise<unknown>>();
  const subscriptions = new Set<Subscription>();

  const track = (work: Promise<unknown>, trouble: string): void => {
    const tracked = work
      .catch((error: unknown) => log.warn({ err: error, consumer: name }, trouble))
      .finally(() => working.delete(tracked));
    working.add(tracked);
  };
  const idle = async (): Promise<void> => {
    while (working.size > 0) await Promise.all(working);
  };
  const onUnreadable = (reason: string): void => {
    log.error({ consumer: name, reason }, 'a message was dead-lettered');
    deps.observer.dead?.(name, undefined, reason);
  };

  const lookForStrays = tellStrays(exchangesOf(deps).events, consumer, (routingKey) =>
    log.warn(
      { consumer: name, routingKey },
      'a binding at the broker brings events that the table of consumers does not have: a newer release has it, or take it away (docs/runbook.md)',
    ),
  );
  const open = async (model: ChannelModel, queue: string, signal: AbortSignal, onLost: (reason: string) => void) => {
    const onMessage = (message: ConsumeMessage, settle: Settle): void => {
      lookForStrays(message);
      track(takeMessage(processor, message, settle, { signal, onUnreadable }), 'a delivery could not be processed');
    };
    const subscription = await subscribe(model, {
      queue,
      prefetch: consumer.prefetch,
      onMessage,
      onLost: (reason) => {
        subscriptions.delete(subscription);
        onLost(reason);
      },
    });
    subscriptions.add(subscription);
  };
  const closeAll = async (): Promise<void> => {
    const open = [...subscriptions];
    subscriptions.clear();
    await Promise.all(open.map((subscription) => subscription.close()));
  };

  /** What an earlier version has left comes too, until the queue is deleted. */
  const drainOldQueues = async (model: ChannelModel, signal: AbortSignal): Promise<void> => {
    const { prefix } = deps;
    for (const { queue, ...left } of await cutOffOldQueues(model, { prefix, exchanges: exchangesOf(deps) }, consumer)) {
      log.warn(
        { consumer: name, queue, ...left },
        'a queue of an earlier version is left: it is taken too, and gets no new events; delete it and the queues besides when all are empty',
      );
      await open(model, queue, signal, (reason) =>
        log.info({ consumer: name, queue, reason }, 'the old queue is gone'),
      );
    }
  };

  /** One subscription, from its declaration to its loss; until `over`. */
  const subscribeOnce = async (model: ChannelModel, over: AbortSignal): Promise<void> => {
    // Again with its queue: it may have been deleted. Also of one that is paused, whose events gather there.
    const [drift] = await declareTopology(model, { ...deps, rows: [consumer] });
    if (drift) throw drift;
    if (isOrdered(consumer)) await deps.recordBeginning();
    problem = undefined;
    troubles.over(name, () => log.info({ consumer: name }, 'the consumer gets messages again'));
    await pauses.whenRunning(name, over);
    // Again: a rebuild, for which it was paused, has moved it.
    if (isOrdered(consumer) && !over.aborted) await deps.recordBeginning();
    const lost = new AbortController();
    await untilAny([over, lost.signal, pauses.untilPaused(name)], async (ends) => {
      if (ends.aborted) return;
      await open(model, queuesOf(deps.prefix, consumer).queue, ends, (reason) => {
        problem = reason;
        lost.abort();
      });
      await drainOldQueues(model, ends);
      isSubscribed = true;
      await aborted(ends);
      isSubscribed = false;
      if (over.aborted) return;
      // Paused: nothing new; what runs is finished, and what waits goes back. Lost: there is nothing to wait for.
      await Promise.all([...subscriptions].map((subscription) => subscription.cancel()));
      if (!lost.signal.aborted) await idle();
      await closeAll();
    });
  };

  const keepSubscribed = async (model: ChannelModel, over: AbortSignal): Promise<void> => {
    for (let losses = 0; !over.aborted; losses += 1) {
      if (losses > 0) await pause(Math.min(5_000, 100 * 2 ** losses) * (0.75 + Math.random() / 2), over);
      if (over.aborted) return;
      try {
        await subscribeOnce(model, over);
        // One that was paused goes on at once.
        if (pauses.isPaused(name)) losses = -1;
      } catch (error) {
        if (over.aborted) return;
        const reason = reasonOf(error);
        problem = reason;
        troubles.has(name, reason, () => log.error({ consumer: name, problem: reason }, 'a consumer gets no messages'));
        await closeAll();
      }
    }
  };

  const sweep = async (): Promise<void> => {
    while (!stop.aborted) {
      await pause(deps.sweepEveryMs, stop);
      // Not one after the other: an event that hangs would hold up the sweep of all.
      if (!stop.aborted && pauses.isPaused(name) === false)
        track(untilAny([stop, pauses.untilPaused(name)], processor.sweep), 'parked events could not be looked at');
    }
  };
  void sweep();

  return {
    problem: () => problem ?? (isSubscribed || pauses.isPaused(name) ? undefined : 'it is not subscribed yet'),
    connected: (model, session) => void untilAny([session, stop], (over) => keepSubscribed(model, over)),
    disconnected: (reason) => {
      problem = `the broker can not be reached: ${reason}`;
      subscriptions.clear();
    },
    idle: async () => {
      await Promise.all([...subscriptions].map((subscription) => subscription.cancel()));
      await idle();
    },
    close: closeAll,
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
