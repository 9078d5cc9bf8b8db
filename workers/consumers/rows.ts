// The table of consumers: everything but their handlers. Queues, bindings and the relay's idea of "somebody wants this" derive from it.
import { timelineTypes } from '../../db/projections/contact-timeline.ts';
import { triggeringTypes } from '../../domain/automation/triggers.ts';
import type { ConsumerRow } from './consumer.ts';
import { workflowStarterTypes } from './start-workflows.ts';

/** The rows by name. A name is stored for ever. */
export const consumerRows = {
  contact_event_consumer: {
    name: 'contact_event_consumer',
    on: { types: timelineTypes },
    prefetch: 400,
    concurrency: 4,
    maxAttempts: 5,
    queueVersion: 1,
    batch: { max: 100, waitMs: 0 },
  },
  waha_message_consumer: {
    name: 'waha_message_consumer',
    on: { aggregates: ['message'] },
    prefetch: 400,
    concurrency: 4,
    maxAttempts: 5,
    queueVersion: 1,
    batch: { max: 100, waitMs: 0 },
  },
  session_analytics_consumer: {
    name: 'session_analytics_consumer',
    on: { aggregates: ['session'] },
    prefetch: 400,
    concurrency: 2,
    maxAttempts: 5,
    queueVersion: 1,
    batch: { max: 100, waitMs: 0 },
  },
  campaign_results_consumer: {
    name: 'campaign_results_consumer',
    on: { aggregates: ['campaign_enrollment', 'message'] },
    prefetch: 400,
    concurrency: 2,
    maxAttempts: 5,
    queueVersion: 1,
    batch: { max: 100, waitMs: 0 },
  },
  workflow_starter: {
    name: 'workflow_starter',
    on: { types: workflowStarterTypes },
    prefetch: 200,
    concurrency: 4,
    maxAttempts: 5,
    // All it does is in Temporal: an outage of a night must not fill the dead letters.
    patienceMs: 24 * 3_600_000,
    queueVersion: 1,
    // All of it has to be started within the time of one handler.
    batch: { max: 50, waitMs: 0 },
  },
  automation_consumer: {
    name: 'automation_consumer',
    on: { types: [...triggeringTypes, 'automation_rule.triggered'] },
    prefetch: 100,
    concurrency: 2,
    maxAttempts: 5,
    queueVersion: 1,
    batch: { max: 50, waitMs: 0 },
  },
} as const satisfies Record<string, ConsumerRow>;

/** All rows. */
export const allConsumerRows: readonly ConsumerRow[] = Object.values(consumerRows);
