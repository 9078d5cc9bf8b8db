// The asynchronous projections: read models that a consumer builds, and that can be made anew from the log at any time, without a stop.
import { campaignEnrollmentResults } from './campaign-enrollment-results.ts';
import { campaignMessageResults } from './campaign-message-results.ts';
import { timeline } from './contact-timeline.ts';
import type { ReadModel } from './read-model.ts';
import { sessionAnalytics } from './session-analytics.ts';

/** A projection: the consumer that builds it, and its tables. */
export type Projection = { readonly name: string; readonly consumer: string; readonly models: readonly ReadModel[] };

/** By name. */
export const projections = {
  timeline: { name: 'timeline', consumer: 'contact_event_consumer', models: [timeline] },
  session_analytics: {
    name: 'session_analytics',
    consumer: 'session_analytics_consumer',
    models: [sessionAnalytics],
  },
  campaign_results: {
    name: 'campaign_results',
    consumer: 'campaign_results_consumer',
    models: [campaignEnrollmentResults, campaignMessageResults],
  },
} as const satisfies Record<string, Projection>;

/** All of them. */
export const allProjections: readonly Projection[] = Object.values(projections);

/** The projection that a consumer builds; undefined: it builds none. */
export function projectionOf(consumer: string): Projection | undefined {
  return allProjections.find((one) => one.consumer === consumer);
}
