// Sessions and campaigns in numbers. Read from projections, which follow what happens within moments.
import { aggregates } from '../../db/aggregates.ts';
import { type CampaignResults, campaignResults } from '../../db/queries/campaign-results.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { sessionAnalytics } from '../../db/queries/session-analytics.ts';
import type { campaignGoals } from '../../domain/campaign/events.ts';
import { found, type Route, readRoute } from '../define-route.ts';
import { invalid } from '../problem.ts';
import {
  campaignResultsSchema,
  maxRangeDays,
  sessionAnalyticsQuery,
  sessionAnalyticsSchema,
} from '../schemas/analytics.ts';
import { idParams } from '../schemas/common.ts';

const tag = 'analytics';
const dayMs = 24 * 3_600_000;

/** What counts towards a goal. */
const towards: Readonly<Record<(typeof campaignGoals)[number], (results: CampaignResults) => number>> = {
  reach_contacts: ({ reached }) => reached,
  conversions: ({ completed }) => completed,
  engagement: ({ repliedContacts }) => repliedContacts,
};

function requireRange(from: string, to: string): void {
  const length = Date.parse(to) - Date.parse(from);
  if (length <= 0) throw invalid('query', [{ path: ['to'], message: 'must be after `from`' }]);
  if (length > maxRangeDays * dayMs)
    throw invalid('query', [{ path: ['to'], message: `must be at most ${maxRangeDays} days after \`from\`` }]);
}

export const analyticsRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/analytics/sessions',
    scope: 'read',
    operationId: 'readSessionAnalytics',
    tag,
    summary: 'Adds up the sessions that began in a range: how many, how long, how fast they were answered',
    query: sessionAnalyticsQuery,
    answer: { description: 'The total and its groups.', schema: sessionAnalyticsSchema },
    handle: async ({ query }, { read }) => {
      requireRange(query.from, query.to);
      const { groupBy, timezone } = query;
      const [from, to] = [new Date(query.from).toISOString(), new Date(query.to).toISOString()];
      const analytics = await read((tx) => sessionAnalytics(tx, { ...query, from, to }));
      return { body: { from, to, groupBy, timezone, ...analytics } };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/campaigns/{id}/results',
    scope: 'read',
    operationId: 'readCampaignResults',
    tag,
    summary: 'Adds up what a campaign has brought: who went through it, how far its messages got, how far its goal is',
    params: idParams,
    answer: { description: 'The results so far.', schema: campaignResultsSchema },
    handle: async ({ params }, { read, deps }) => ({
      body: await read(async (tx) => {
        const { goalType: type, goalValue: target } = found(
          await readOne(tx, deps.database.keysOf, aggregates.campaign.store, params.id),
          'campaign',
        );
        const results = await campaignResults(tx, params.id);
        const reached = type === null ? 0 : towards[type](results);
        const share = target === null ? null : reached / target;
        return { campaignId: params.id, ...results, goal: { type, target, reached, share } };
      }),
    }),
  }),
];
