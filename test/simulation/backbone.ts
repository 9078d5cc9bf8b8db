// A whole backbone in memory: writers, relays, a broker, consumers, all of the product's own deciding code on simulated ports, and faults by the weather.
import { queuesOf } from '../../workers/amqp/topology.ts';
import type { Consumer } from '../../workers/consumers/consumer.ts';
import type { BatchStore, ConsumerStore } from '../../workers/consumers/ports.ts';
import type { takeMessage } from '../../workers/consumers/take-message.ts';
import {
  defaultRelayOptions,
  type LeasePort,
  type OutboxPort,
  type PendingEvent,
  type PublishPort,
} from '../../workers/relay/ports.ts';
import { type Broker, createBroker } from './broker.ts';
import { startConsumers } from './consumer-process.ts';
import { type Asked, createOperator, startOperations } from './operator.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createPauses, type Pauses } from './pauses.ts';
import { startRelay } from './relay-process.ts';
import { createScheduler, type Owner, type Scheduler, type SchedulerOptions } from './scheduler.ts';
import { createTables, type Tables } from './tables.ts';
import { calm, type Weather } from './weather.ts';

/** Where a wrong build can be put in: each gets the right part and gives another. */
export type WrongBuild = {
  readonly leases?: (port: LeasePort, outbox: Outbox) => LeasePort;
  readonly outbox?: (port: OutboxPort) => OutboxPort;
  readonly publisher?: (port: PublishPort) => PublishPort;
  readonly store?: (store: ConsumerStore & BatchStore) => ConsumerStore & BatchStore;
  readonly takeMessage?: typeof takeMessage;
  readonly consumers?: (consumers: readonly Consumer[]) => readonly Consumer[];
  readonly tables?: (tables: Tables) => Tables;
  readonly pauses?: (pauses: Pauses) => Pick<Pauses, 'isPaused' | 'noticed' | 'follow'>;
};

/** What a world is made of. */
export type BackboneOptions = Omit<SchedulerOptions, 'crash'> & {
  readonly crash?: (call: number, phase: 'before' | 'after', kill: () => void) => void;
  readonly weather: Weather;
  readonly aggregates: number;
  readonly eventsEach: number;
  readonly relays: number;
  readonly consumerProcesses: number;
  /** There is a process that does what operators ask for. */
  readonly operates?: boolean;
  /** Consumers take several deliveries in one transaction. */
  readonly batches?: boolean;
  /** Which of the two kinds of consumers there are; default: both. */
  readonly kinds?: readonly ('ordered' | 'unordered')[];
  readonly wrong?: WrongBuild;
};

/** The world. */
export type Backbone = {
  readonly scheduler: Scheduler;
  readonly outbox: Outbox;
  readonly tables: Tables;
  readonly broker: Broker;
  readonly errors: readonly unknown[];
  readonly consumers: readonly Consumer[];
  /** Works until everything has taken effect, clearing the weather halfway; false: it never came to that. */
  readonly live: () => Promise<boolean>;
  /** Events that went out behind one that was given up. */
  readonly overtaken: readonly string[];
  /** Nothing ever went wrong. */
  readonly wasCalm: boolean;
  /** What happened to whom, by kind. */
  readonly incidents: Readonly<Record<'death' | 'stop' | 'cut' | 'clockJump', number>>;
  /** What operators asked for, by kind. */
  readonly asked: Asked['counts'];
  /** Consumers that went on while they were paused. */
  readonly unpaused: readonly string[];
};

const restartMs = 200;
const relayOptions = {
  ...defaultRelayOptions,
  window: 4,
  batch: 3,
  retryBaseMs: 50,
  nackWaitMs: 20,
  nackMaxMs: 80,
  sweepEveryMs: 2_000,
};
/** The turns in which the weather is as said; after them it clears. */
const stormTurns = 900;
const maxTurns = 10_000;

const uuid = (a: number, b: number): string =>
  `018f5a10-0000-7000-8${String(a).padStart(3, '0')}-${String(b).padStart(12, '0')}`;

/** Makes one; nothing runs before `live`. */
export function createBackbone({
  weather,
  aggregates,
  eventsEach,
  wrong = {},
  crash,
  ...options
}: BackboneOptions): Backbone {
  const restart = new Map<Owner, (name: string) => void>();
  const errors: unknown[] = [];
  const incidents = { death: 0, stop: 0, cut: 0, clockJump: 0 };
  let born = 0;

  const kill = (owner: Owner): void => {
    if (!owner.alive) return;
    incidents.death += 1;
    owner.alive = false;
    tables.lose(owner);
    broker.cut(owner);
    const again = restart.get(owner);
    restart.delete(owner);
    if (again) scheduler.after(null, restartMs, () => again(owner.name));
  };
  const scheduler = createScheduler({
    random: options.random,
    inOrder: options.inOrder,
    ...(crash && { crash: (call, phase, owner) => crash(call, phase, () => kill(owner)) }),
  });
  const { random, now, soon, after, call } = scheduler;
  const outbox = createOutbox(now);
  const rightTables = createTables(scheduler, weather);
  const tables = wrong.tables?.(rightTables) ?? rightTables;
  const poison = new Map<string, boolean>();
  const isPoison = (key: string): boolean => {
    if (weather.poison === 0) return false;
    const known = poison.get(key) ?? random() < weather.poison;
    poison.set(key, known);
    return known;
  };
  const makeConsumer = (name: string, on: Consumer['on']): Consumer => ({
    name,
    on,
    prefetch: 4,
    concurrency: 2,
    maxAttempts: 3,
    queueVersion: 1,
    retryDelaysMs: [100, 1_000],
    ...(options.batches && { batch: { max: 3, waitMs: 0 } }),
    handle: async ({ id, aggregateId, sequence }, tx) => {
      if (isPoison(`${name} ${id}`)) throw new Error('It can not be digested.');
      if (weather.handlerFails > 0 && random() < weather.handlerFails) throw new Error('The handler throws.');
      await tx.query('effect', [name, id, aggregateId, sequence]);
    },
  });
  const { kinds = ['ordered', 'unordered'] } = options;
  const right = kinds.map((name) =>
    makeConsumer(name, name === 'ordered' ? { aggregates: ['message'] } : { types: ['#'] }),
  );
  const consumers = wrong.consumers?.(right) ?? right;
  const overtaken: string[] = [];
  /** Nothing of an aggregate goes out behind an event that was given up. */
  const watch = ({ aggregateId, sequence, eventId }: PendingEvent): void => {
    for (const { event, committed, status } of outbox.rows)
      if (committed && status === 'failed' && event.aggregateId === aggregateId && event.sequence < sequence)
        overtaken.push(eventId);
  };
  const queues = right.map((consumer) => queuesOf('', consumer).queue);
  const broker = createBroker(scheduler, weather, queues, watch);
  const wasCalm = crash === undefined && Object.values(weather).every((share) => share === 0);
  const onError = (error: unknown): void => {
    errors.push(error);
  };

  const pauses = createPauses(
    (name) => tables.effects.filter(({ consumer }) => consumer === name).length,
    () => [...restart.keys()].filter(({ name }) => name.startsWith('consumer')),
  );
  const operations = { scheduler, outbox, tables, broker, consumers: right, pauses };
  const operator = createOperator(operations);

  const start = (kind: 'relay' | 'consumer' | 'operator', name: string): void => {
    born += 1;
    const owner: Owner = { name, alive: true, paused: false };
    restart.set(owner, (again) => start(kind, again));
    if (kind === 'operator') {
      startOperations(owner, operator, operations);
      return;
    }
    if (kind === 'consumer') {
      const store = tables.store(owner);
      startConsumers({
        scheduler,
        owner,
        broker,
        consumers,
        pauses: wrong.pauses?.(pauses) ?? pauses,
        onError,
        store: wrong.store?.(store) ?? store,
        ...(wrong.takeMessage && { takeMessage: wrong.takeMessage }),
      });
      return;
    }
    const process = `${name}-${born}`;
    const database = <T>(effect: () => T): Promise<T> =>
      call(owner, () => {
        const lost = random();
        if (lost < weather.statementLost) throw new Error('The connection was lost.');
        const answer = effect();
        if (lost < weather.statementLost * 2) throw new Error('The answer was lost.');
        return answer;
      });
    const leases = outbox.leases(process, database);
    const port = outbox.port(process, database);
    startRelay({
      scheduler,
      owner,
      leases: wrong.leases?.(leases, outbox) ?? leases,
      outbox: wrong.outbox?.(port) ?? port,
      connect: (onState) => {
        const publisher = broker.publisher(owner, onState);
        return wrong.publisher?.(publisher) ?? publisher;
      },
      options: relayOptions,
    });
  };

  /** Writes an aggregate's events, each transaction after the one before has ended; some come late, some never and are written anew. */
  const write = (aggregate: number, sequence: number): void => {
    if (sequence > eventsEach) return;
    const transaction = outbox.begin();
    const isAborted = random() < weather.writerAborts;
    const count = Math.min(1 + Math.floor(random() * 2), eventsEach - sequence + 1);
    soon(null, () => {
      for (let n = 0; n < count; n += 1) transaction.append(eventOf(aggregate, sequence + n, isAborted), aggregate);
      const finish = (): void => {
        if (isAborted) transaction.abort();
        else transaction.commit();
        write(aggregate, isAborted ? sequence : sequence + count);
      };
      if (random() < weather.writerLate) after(null, random() * 3_000, finish);
      else soon(null, finish);
    });
  };
  const eventOf = (
    aggregate: number,
    sequence: number,
    isAborted: boolean,
  ): Omit<PendingEvent, 'id' | 'partition'> => ({
    eventId: uuid(isAborted ? 900 + aggregate : aggregate, isAborted ? outbox.rows.length : sequence),
    aggregateId: `aggregate-${aggregate}`,
    aggregateType: 'message',
    sequence,
    type: 'message.created',
    version: 'v1',
    tenantId: 'tenant',
    projectId: null,
    correlationId: 'c',
    createdAt: '2026-01-31 12:00:00+00',
    retryCount: 0,
    skip: false,
    metadata: '{}',
    data: '{}',
  });

  const victim = (): Owner | undefined => [...restart.keys()][Math.floor(random() * restart.size)];
  const meddle = (): void => {
    const { death, stop, cut, clockJump, operate } = weather;
    if (operate > 0 && random() < operate) operator.anything();
    const dice = random();
    if (dice >= death + stop + cut + clockJump) return;
    const owner = victim();
    if (!owner) return;
    if (dice < death) kill(owner);
    else if (dice < death + stop) {
      incidents.stop += 1;
      owner.paused = true;
      after(null, 1_000 + random() * 9_000, () => {
        owner.paused = false;
      });
    } else if (dice < death + stop + cut) {
      incidents.cut += 1;
      broker.cut(owner);
    } else {
      incidents.clockJump += 1;
      scheduler.advance(random() * 6_000);
    }
  };
  const committed = (): number => outbox.rows.reduce((sum, row) => sum + (row.committed ? 1 : 0), 0);
  const isQuiet = (): boolean =>
    operator.isDone() &&
    tables.effects.length >= aggregates * eventsEach * consumers.length &&
    broker.unsettled() === 0 &&
    committed() === aggregates * eventsEach &&
    outbox.rows.every(({ committed: isThere, status }) => !isThere || status === 'processed');

  /** Copies of letters whose events have taken effect go. */
  const tidied = (): true => {
    broker.tidy((queue, eventId) =>
      right.some((one) => queuesOf('', one).queue === queue && tables.isSettled(one.name, eventId)),
    );
    return true;
  };

  return {
    scheduler,
    outbox,
    tables,
    broker,
    errors,
    consumers,
    incidents,
    overtaken,
    asked: operator.counts,
    unpaused: pauses.broken,
    wasCalm,
    live: async () => {
      for (let n = 1; n <= options.relays; n += 1) start('relay', `relay${n}`);
      for (let n = 1; n <= options.consumerProcesses; n += 1) start('consumer', `consumer${n}`);
      if (options.operates) start('operator', 'operator');
      for (let aggregate = 0; aggregate < aggregates; aggregate += 1) write(aggregate, 1);
      const isStormy = Object.values(weather).some((share) => share > 0);
      if (isStormy) {
        await scheduler.run(isQuiet, stormTurns, meddle);
        Object.assign(weather, calm);
        // What had failed often enough meanwhile is given up now; then an operator comes.
        for (let round = 0; round < 2; round += 1) {
          outbox.redrive();
          operator.redrive();
          if (await scheduler.run(isQuiet, 2_000)) return tidied();
        }
      }
      return (await scheduler.run(isQuiet, maxTurns)) && tidied();
    },
  };
}
