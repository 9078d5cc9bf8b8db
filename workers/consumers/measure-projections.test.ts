// How far projections are behind: what is on its way or parked counts, consumers without a projection do not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from '../../platform/metrics.ts';
import type { KnownConsumer } from './measure-consumers.ts';
import { measureProjections } from './measure-projections.ts';

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();
const consumer = (name: string, lagSeconds: number, oldestAt: string | null = null): KnownConsumer => ({
  name,
  paused: null,
  lagSeconds,
  inRetry: 0,
  dead: { count: 0 },
  parked: { events: oldestAt === null ? 0 : 1, oldestAt },
  queue: null,
});

test('the oldest event that was not taken up, on its way or parked', async () => {
  let answer: KnownConsumer[] | undefined = [
    consumer('contact_event_consumer', 12.5),
    consumer('session_analytics_consumer', 3, ago(100)),
    consumer('campaign_results_consumer', 0),
    consumer('workflow_starter', 50),
  ];
  const metrics = createMetrics('consumer');
  measureProjections(metrics, () => answer);
  const shown = async () =>
    Object.fromEntries(
      [
        ...(await metrics.text()).matchAll(/^messaging_projection_lag_seconds\{projection="(\w+)",[^}]*\} (\S+)$/gm),
      ].map(([, name = '', value]) => [name, Math.floor(Number(value))]),
    );
  assert.deepEqual(await shown(), { timeline: 12, session_analytics: 100, campaign_results: 0 });
  answer = undefined;
  assert.deepEqual(await shown(), {});
});
