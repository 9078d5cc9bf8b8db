// How much is under way or waits for somebody: sagas by state, stored gateway events. Asked every few seconds, over all tenants.
import type { Pool } from '../../db/pool.ts';
import { inSystem } from '../../db/transaction.ts';
import type { Metrics } from '../../platform/metrics.ts';
import {
  activateChannelSagaType,
  automationWaitSagaType,
  broadcastSagaType,
  disconnectChannelSagaType,
  enrollmentSagaType,
  gatewayEventSagaType,
  importHistorySagaType,
  inboundSagaType,
  recalculateContactListSagaType,
  refreshCredentialSagaType,
  sendMessageSagaType,
  sessionSagaType,
} from '../../workflows/names.ts';

type Count = { readonly name: string; readonly state: string; readonly count: number; readonly oldest: number };

/** One answer. Ages in seconds. */
export type OpenWork = { readonly sagas: readonly Count[]; readonly events: readonly Count[] };

const sagaTypes = [
  inboundSagaType,
  gatewayEventSagaType,
  sendMessageSagaType,
  sessionSagaType,
  activateChannelSagaType,
  disconnectChannelSagaType,
  automationWaitSagaType,
  broadcastSagaType,
  recalculateContactListSagaType,
  importHistorySagaType,
  refreshCredentialSagaType,
  enrollmentSagaType,
];
const openStates = ['running', 'paused', 'stuck', 'compensating'];
const openEvents = ['stored', 'waiting'];

/** Asks once. Counts end at 100,000. */
export function readOpenWork(systemPool: Pool): Promise<OpenWork> {
  return inSystem(systemPool, async (tx) => {
    const sagas = await tx.query<Count>(
      `select saga_type as name, state, count(*) as count, extract(epoch from clock_timestamp() - min(updated_at))::float8 as oldest
       from (select saga_type, state, updated_at from sagas where state in ('running', 'paused', 'stuck', 'compensating') limit 100000) open group by 1, 2`,
    );
    const events = await tx.query<Count>(
      `select 'event' as name, status as state, count(*) as count, extract(epoch from clock_timestamp() - min(received_at))::float8 as oldest
       from ((select status, received_at from raw_events where status = 'stored' limit 100000)
         union all (select status, received_at from raw_events where status = 'waiting' limit 100000)) open group by 2`,
    );
    return { sagas: sagas.rows, events: events.rows };
  });
}

/** Registers the metrics; without an answer nothing is shown. */
export function measureOpenWork(metrics: Metrics, current: () => OpenWork | undefined): void {
  metrics.gauge({
    name: 'sagas_open',
    help: 'Sagas that have not ended, by type and state (counted up to 100,000).',
    labels: ['saga_type', 'state'],
    collect: (gauge) => {
      gauge.reset();
      const work = current();
      if (!work) return;
      for (const type of sagaTypes) for (const state of openStates) gauge.set({ saga_type: type, state }, 0);
      for (const { name, state, count } of work.sagas) gauge.set({ saga_type: name, state }, count);
    },
  });
  metrics.gauge({
    name: 'sagas_stuck_oldest_seconds',
    help: 'For how long the saga has been stuck that was stuck first; 0 when none is.',
    collect: (gauge) => {
      const work = current();
      const ages = work?.sagas.filter(({ state }) => state === 'stuck').map(({ oldest }) => oldest);
      if (ages) gauge.set(Math.max(0, ...ages));
      else gauge.remove();
    },
  });
  metrics.gauge({
    name: 'intake_open_events',
    help: 'Gateway events that nobody has taken yet (stored), or that wait for the message they are about (waiting).',
    labels: ['state'],
    collect: (gauge) => {
      gauge.reset();
      const work = current();
      if (!work) return;
      for (const state of openEvents) gauge.set({ state }, countOf(work, state)?.count ?? 0);
    },
  });
  metrics.gauge({
    name: 'intake_oldest_stored_seconds',
    help: 'Age of the oldest gateway event that nobody has taken; 0 when there is none.',
    collect: (gauge) => {
      const work = current();
      if (work) gauge.set(Math.max(0, countOf(work, 'stored')?.oldest ?? 0));
      else gauge.remove();
    },
  });
}

function countOf({ events }: OpenWork, state: string): Count | undefined {
  return events.find((one) => one.state === state);
}
