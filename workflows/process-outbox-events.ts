// Run by a schedule every 30 s: sends what lies in the outbox while no relay lives. One activity; the next run is the retry.
import { proxyActivities } from '@temporalio/workflow';
import type { DrainReport, ProcessOutboxEventsActivities } from '../activities/process-outbox-events.ts';
import { drainingActivity } from './activity-options.ts';

const { drainOutbox } = proxyActivities<ProcessOutboxEventsActivities>(drainingActivity);

/** Drains once; the report shows in the Temporal UI as the workflow's result. */
export async function processOutboxEvents(): Promise<DrainReport> {
  return drainOutbox();
}
