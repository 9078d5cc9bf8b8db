// Campaign results: enrolments and messages, which GET /v1/campaigns/{id}/results adds up.
import type { Tx } from '../transaction.ts';
import { followEnrollments } from './campaign-enrollment-results.ts';
import { followCampaignMessages } from './campaign-message-results.ts';
import type { ProjectedEvent } from './read-model.ts';

/** Takes events of one tenant, each aggregate's in its sequence. */
export async function followCampaigns(events: readonly ProjectedEvent[], tx: Tx): Promise<void> {
  await followEnrollments(events, tx);
  await followCampaignMessages(events, tx);
}
