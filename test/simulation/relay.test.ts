// Relays in a simulated world: any interleaving of their steps with writers, a broken broker, deaths and joins loses nothing and keeps every aggregate's order.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { defaultRelayOptions } from '../../workers/relay/ports.ts';
import { createRelay, type Relay } from '../../workers/relay/relay.ts';
import { leaseMs } from './outbox.ts';
import { randomFrom } from './random.ts';
import { createWorld, type Weather, type World } from './world.ts';

const aggregates = 6;
const calm: Weather = { lostBefore: 0, lostAfter: 0, nacked: 0, returned: 0, poison: 0 };
const options = { ...defaultRelayOptions, window: 8, batch: 5, retryBaseMs: 50, nackWaitMs: 20, sweepEveryMs: 2_000 };

type Process = {
  relay: Relay;
  answer: (count: number) => boolean;
  running: Map<string, Promise<unknown>>;
  /** When its last beat began, by the world's clock. */
  beatAt: number;
};

function startProcess(world: World, random: () => number, name: string): Process {
  const { publisher, answer } = world.broker();
  const ports = {
    leases: world.leases(name),
    outbox: world.outbox(name),
    publisher,
    now: world.now,
    random,
    isBound: () => true,
    observer: {},
  };
  return { relay: createRelay(ports, options, () => {}), answer, running: new Map(), beatAt: world.now() };
}

/** Steps that are under way run on while others begin: each is one at a time in its process, as the driver has it. */
function step(process: Process, name: 'beat' | 'read' | 'flush'): Promise<unknown> {
  const underWay = process.running.get(name);
  if (underWay !== undefined) return underWay;
  const begun = process.relay[name]().finally(() => process.running.delete(name));
  process.running.set(name, begun);
  return begun;
}

/** As the driver has it: whoever is not asleep beats long before its lease ends. */
async function beatInTime(world: World, processes: readonly Process[]): Promise<void> {
  for (const process of processes) {
    if (world.now() - process.beatAt < leaseMs / 2) continue;
    const beat = step(process, 'beat');
    process.beatAt = world.now();
    await beat;
  }
}

/** Lets some of the pending promises go on, not all: that is where the interleavings come from. */
async function breathe(random: () => number): Promise<void> {
  for (let turns = Math.floor(random() * 12); turns > 0; turns -= 1) await Promise.resolve();
}

/** `joins`: further relays come; `deaths`: some of them die or sleep past their lease. */
async function simulate(seed: number, weather: Weather, life: 'joins' | 'deaths'): Promise<World> {
  const random = randomFrom(seed);
  const world = createWorld(random, weather);
  let processes = [startProcess(world, random, 'p1')];
  let born = 1;
  const written = new Array<number>(aggregates).fill(0);
  const open = new Map<number, { commit: () => void }>();
  const pending: Promise<unknown>[] = [];
  for (let turn = 0; turn < 400; turn += 1) {
    const dice = random();
    const process = processes[Math.floor(random() * processes.length)];
    const aggregate = Math.floor(random() * aggregates);
    if (dice < 0.12 && !open.has(aggregate)) {
      const count = 1 + Math.floor(random() * 3);
      open.set(aggregate, world.write(aggregate, (written[aggregate] ?? 0) + 1, count));
      written[aggregate] = (written[aggregate] ?? 0) + count;
    } else if (dice < 0.26) {
      open.get(aggregate)?.commit();
      open.delete(aggregate);
    } else if (dice < 0.265 && life === 'deaths') world.advance(5_100);
    else if (dice < 0.36) {
      if (life === 'joins') await beatInTime(world, processes);
      world.advance(Math.floor(random() * 400));
    } else if (dice < 0.38 && processes.length < 3) {
      born += 1;
      processes.push(startProcess(world, random, `p${born}`));
    } else if (dice < 0.4 && life === 'deaths' && processes.length > 1)
      processes = processes.filter((one) => one !== process);
    else if (process) {
      if (dice < 0.5) pending.push(step(process, 'beat'));
      else if (dice < 0.65) pending.push(step(process, 'read'));
      else if (dice < 0.8) process.relay.pump(1 + Math.floor(random() * 6));
      else if (dice < 0.92) {
        if (process.answer(1 + Math.floor(random() * 6))) process.relay.lose();
      } else pending.push(step(process, 'flush'));
    }
    await breathe(random);
  }
  await Promise.all(pending);
  for (const [, transaction] of open) transaction.commit();
  // The weather clears; what lives works on until nothing is left.
  Object.assign(weather, calm);
  for (let turn = 0; turn < 600 && world.rows.some(({ status }) => status === 'pending'); turn += 1) {
    world.advance(100);
    for (const process of processes) {
      await step(process, 'beat');
      await step(process, 'read');
      process.relay.pump(50);
      if (process.answer(50)) process.relay.lose();
      await step(process, 'flush');
    }
  }
  return world;
}

/** Each event's first arrival, by aggregate. */
function firstArrivals(world: World): Map<string, number[]> {
  const seen = new Set<string>();
  const order = new Map<string, number[]>();
  for (const { eventId, aggregateId, sequence } of world.arrivals) {
    if (seen.has(eventId)) continue;
    seen.add(eventId);
    order.set(aggregateId, [...(order.get(aggregateId) ?? []), sequence]);
  }
  return order;
}

function assertNothingLost(world: World): void {
  const arrived = new Set(world.arrivals.map(({ eventId }) => eventId));
  for (const { event, status } of world.rows) {
    if (status === 'failed') continue;
    assert.equal(status, 'processed', `${event.eventId} is still ${status}`);
    assert.ok(arrived.has(event.eventId), `${event.eventId} is marked but never arrived`);
  }
}

/** After the first failed try of an event that was given up, nothing later of its aggregate was published for the first time. */
function assertHeldBack(world: World, givenUp: ReadonlyMap<string, number>): void {
  const published = new Set<string>();
  const failing = new Set<string>();
  for (const { kind, event } of world.log) {
    const sequence = givenUp.get(event.aggregateId);
    if (kind === 'failed try' && event.sequence === sequence) failing.add(event.aggregateId);
    if (kind !== 'published' || published.has(event.eventId)) continue;
    published.add(event.eventId);
    const isLater = sequence !== undefined && event.sequence > sequence;
    assert.ok(!isLater || !failing.has(event.aggregateId), `${event.eventId} went out though ${sequence} was failing`);
  }
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe('relays in a simulated world', () => {
  test('lost connections, deaths and joins: nothing lost, first arrivals in order', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const world = await simulate(seed, { ...calm, lostBefore: 0.01, lostAfter: 0.02 }, 'deaths');
        assertNothingLost(world);
        for (const [aggregateId, sequences] of firstArrivals(world))
          assert.deepEqual(
            sequences,
            [...sequences].sort((one, other) => one - other),
            `${aggregateId} out of order`,
          );
      }),
      { numRuns: 100 },
    );
  });

  test('while nobody dies and no connection is lost, nothing arrives twice, also when partitions change hands', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const world = await simulate(seed, { ...calm, nacked: 0.05, returned: 0.1 }, 'joins');
        const arrived = world.arrivals.map(({ eventId }) => eventId);
        assert.deepEqual(arrived, [...new Set(arrived)]);
      }),
      { numRuns: 100 },
    );
  });

  test('full queues and missing routes as well: nothing lost, and nothing of an aggregate goes out after one that was given up', async () => {
    let given = 0;
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const world = await simulate(
          seed,
          { lostBefore: 0.005, lostAfter: 0.005, nacked: 0.05, returned: 0.1, poison: 0.05 },
          'deaths',
        );
        const givenUp = new Map(
          world.rows
            .filter(({ status }) => status === 'failed')
            .map(({ event }) => [event.aggregateId, event.sequence]),
        );
        given += givenUp.size;
        assertHeldBack(world, givenUp);
        for (const { event, status } of world.rows) {
          if (givenUp.has(event.aggregateId) && event.sequence >= (givenUp.get(event.aggregateId) ?? 0)) continue;
          assert.equal(status, 'processed', `${event.eventId} is still ${status}`);
        }
      }),
      { numRuns: 60 },
    );
    assert.ok(given > 20, 'hardly anything was given up');
  });
});
