// The consumers' figures: what is known is shown, what is not known is not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from '../../platform/metrics.ts';
import { type KnownConsumer, measureConsumers } from './measure-consumers.ts';

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();
const overview: KnownConsumer = {
  name: 'x',
  paused: { since: ago(5) },
  lagSeconds: 12.5,
  inRetry: 2,
  dead: { count: 1 },
  parked: { events: 3, oldestAt: ago(100) },
  queue: { ready: 7, subscribers: 2, deadReady: 4 },
};

test('figures are of the last answer; without a look at the broker its part is not shown, without an answer none is', async () => {
  let answer: KnownConsumer[] | undefined = [overview];
  const metrics = createMetrics('consumer');
  measureConsumers(metrics, () => answer);
  const shown = async (): Promise<Map<string, number>> =>
    new Map(
      [...(await metrics.text()).matchAll(/^messaging_consumer_(\w+)\{consumer="x",[^}]*\} (\S+)$/gm)].map(
        ([, name = '', value]) => [name, Math.round(Number(value))],
      ),
    );
  assert.deepEqual(Object.fromEntries(await shown()), {
    oldest_waiting_seconds: 13,
    queue_messages: 7,
    subscribers: 2,
    paused: 1,
    retrying: 2,
    dead_letters: 4,
    parked_events: 3,
    parked_oldest_seconds: 100,
  });
  answer = [{ ...overview, queue: null, paused: null, parked: { events: 0, oldestAt: null } }];
  const { queue_messages, subscribers, dead_letters, paused, parked_oldest_seconds } = Object.fromEntries(
    await shown(),
  );
  assert.deepEqual(
    [queue_messages, subscribers, dead_letters, paused, parked_oldest_seconds],
    [undefined, undefined, 1, 0, 0],
  );
  answer = undefined;
  assert.equal((await shown()).size, 0);
});
