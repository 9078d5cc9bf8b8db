// The model behind docs/scale.md: what one message costs, as measured, times how many there are. No more than multiplication, on purpose.

/** The parts that a message passes. */
export const parts = ['Temporal’s server', 'workers', 'PostgreSQL', 'API', 'consumers', 'RabbitMQ', 'relays'] as const;
/** One of them. */
export type Part = (typeof parts)[number];

/** Rates of the benchmark: one process, one queue, one database. `cpuMs`: of one inbound message of a new person. `logBytes`: of an event, written and marked. */
export type Measured = {
  readonly cpuMs: Readonly<Record<Part, number>>;
  readonly relayEvents: number;
  readonly queueEvents: number;
  readonly notifies: number;
  readonly effects: number;
  readonly eventBytes: number;
  readonly logBytes: number;
};

/** A limit: at so many messages a second the part gives, why, and what is done then. */
export type Limit = { readonly part: string; readonly messages: number; readonly why: string; readonly remedy: string };

/** Such a message writes 8 events, 6 of which the timeline takes and 1 the deliveries; each effect is a commit, and so are webhook and saga. */
const message = { events: 8, timeline: 6, effects: 7, commits: 10 } as const;
const use = 0.6;
const coresEach = 16;
const partitions = 64;
/** All the CPU of a message, ms. */
export const cpuOf = ({ cpuMs }: Measured): number => Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0);
/** What two cores carry, by that. */
const baseRate = (measured: Measured): number => Math.floor(2_000 / cpuOf(measured));

/** What so many times the base needs, by name. */
export function demand(factor: number, measured: Measured): Readonly<Record<string, string | number>> {
  const rate = baseRate(measured) * factor;
  const events = rate * message.events;
  const cores = (ms: number): number => Number(((rate * ms) / 1_000 / use).toPrecision(2));
  return {
    'messages/s': rate,
    'events/s': events,
    'commits/s': rate * message.commits,
    ...Object.fromEntries(parts.map((part) => [`cores: ${part}`, cores(measured.cpuMs[part])])),
    'relay processes, by rate': Math.ceil(events / (measured.relayEvents * use)),
    'timeline consumers, by rate': Math.ceil((rate * message.timeline) / (measured.effects * use)),
    'queues the timeline has to be cut into': Math.ceil((rate * message.timeline) / (measured.queueEvents * use)),
    'NOTIFY/s, were each ring sent': rate,
    'outbox a day, GiB': Math.ceil((events * 86_400 * measured.eventBytes) / 2 ** 30),
    'PostgreSQL’s log for it, MiB/s': Number(((events * measured.logBytes) / 2 ** 20).toPrecision(2)),
  };
}

/** Where each part ends when it is alone on a machine. */
export function limits(measured: Measured): Limit[] {
  const alone = (part: Part): number => Math.floor((coresEach * use * 1_000) / measured.cpuMs[part]);
  return [
    {
      part: 'everything on two cores',
      messages: baseRate(measured),
      why: `${Math.round(cpuOf(measured))} ms of CPU a message`,
      remedy: 'one machine a part',
    },
    {
      part: 'Temporal’s server, one process',
      messages: alone('Temporal’s server'),
      why: 'CPU; the development server keeps its history in one SQLite file besides',
      remedy: 'a cluster of its own, with its own store',
    },
    { part: 'workers', messages: alone('workers'), why: 'CPU', remedy: 'more of them' },
    {
      part: 'PostgreSQL, one primary',
      messages: alone('PostgreSQL'),
      why: `CPU; ${message.commits} commits a message`,
      remedy: 'a larger one, then a database for a part of the tenants',
    },
    {
      part: 'one queue of RabbitMQ (timeline)',
      messages: Math.floor((measured.queueEvents * use) / message.timeline),
      why: 'one queue has one leader',
      remedy: 'the queue cut by hash of the aggregate, or a stream',
    },
    {
      part: 'one consumer process (timeline)',
      messages: Math.floor((measured.effects * use) / message.timeline),
      why: 'effects a second with batches',
      remedy: 'more of them on the same queue',
    },
    {
      part: 'one relay process',
      messages: Math.floor((measured.relayEvents * use) / message.events),
      why: 'events a second',
      remedy: `up to ${partitions} of them`,
    },
    { part: 'API', messages: alone('API'), why: 'CPU', remedy: 'more of them' },
    {
      part: 'the bell',
      messages: Math.floor(measured.notifies * use),
      why: 'NOTIFY takes turns in a database, and one message a process at a time leaves nothing to gather',
      remedy: 'a longer pause between two rings: nothing depends on it but the milliseconds',
    },
  ];
}
