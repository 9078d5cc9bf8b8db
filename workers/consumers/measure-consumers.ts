// How the consumers are, as figures: what waits, what was given up, who is paused. The same from every consumer process: take the maximum.
import type { Metrics } from '../../platform/metrics.ts';

/** What is known of a consumer, as db/consumer-overview.ts tells it; `queue` null: nobody has looked at the broker. */
export type KnownConsumer = {
  readonly name: string;
  readonly paused: object | null;
  readonly lagSeconds: number;
  readonly inRetry: number;
  readonly dead: { readonly count: number };
  readonly parked: { readonly events: number; readonly oldestAt: string | null };
  readonly queue: { readonly ready: number; readonly subscribers: number; readonly deadReady: number } | null;
};

type Figure = {
  readonly name: string;
  readonly help: string;
  readonly unit?: string;
  /** Undefined: nobody knows, and nothing is shown. */
  readonly of: (consumer: KnownConsumer, now: Date) => number | undefined;
};

/** Of a moment; 0 for none. */
export const secondsSince = (since: string | null, now: Date): number =>
  since === null ? 0 : Math.max(0, (now.getTime() - Date.parse(since)) / 1_000);

const figures: readonly Figure[] = [
  {
    name: 'consumer_oldest_waiting_seconds',
    help: 'Age of the oldest event on its way to the consumer; 0 when there is none. Parked and dead ones are counted apart.',
    of: ({ lagSeconds }) => lagSeconds,
  },
  {
    name: 'consumer_queue_messages',
    help: 'Messages in its queue.',
    of: ({ queue }) => queue?.ready,
  },
  {
    name: 'consumer_subscribers',
    help: 'Processes that get its messages, as the broker counts them.',
    of: ({ queue }) => queue?.subscribers,
  },
  {
    name: 'consumer_paused',
    help: 'Whether an operator has paused it.',
    unit: '1 or 0',
    of: ({ paused }) => (paused ? 1 : 0),
  },
  { name: 'consumer_retrying', help: 'Events that failed and are tried again.', of: ({ inRetry }) => inRetry },
  {
    name: 'consumer_dead_letters',
    help: 'Messages given up that wait for an operator: redrive or discard them.',
    // What could not even be read is in the queue only.
    of: ({ dead, queue }) => Math.max(dead.count, queue?.deadReady ?? 0),
  },
  {
    name: 'consumer_parked_events',
    help: 'Events parked behind one that is missing.',
    of: ({ parked }) => parked.events,
  },
  {
    name: 'consumer_parked_oldest_seconds',
    help: 'For how long the event has been parked that was parked first; 0 when none is.',
    of: ({ parked }, now) => secondsSince(parked.oldestAt, now),
  },
];

/** Registers the figures; `current` is undefined while nobody knows. */
export function measureConsumers(metrics: Metrics, current: () => readonly KnownConsumer[] | undefined): void {
  for (const { name, help, unit, of } of figures)
    metrics.gauge({
      name,
      help,
      labels: ['consumer'],
      ...(unit === undefined ? {} : { unit }),
      collect: (gauge) => {
        gauge.reset();
        const now = new Date();
        for (const consumer of current() ?? []) {
          const value = of(consumer, now);
          if (value !== undefined) gauge.set({ consumer: consumer.name }, value);
        }
      },
    });
}
