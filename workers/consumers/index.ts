// The consumers: each row of the table with its handler. A row without one does not compile.
import type { Bell } from '../../db/bell.ts';
import { followCampaigns } from '../../db/projections/campaign-results.ts';
import { addAllToTimeline } from '../../db/projections/contact-timeline.ts';
import { trackDeliveries } from '../../db/projections/message-deliveries.ts';
import { measureSessions } from '../../db/projections/session-analytics.ts';
import type { ActionDeps } from './automation/action-work.ts';
import { createRunRules } from './automation/run-rules.ts';
import type { Consumer, HandleAll } from './consumer.ts';
import { consumerRows } from './rows.ts';
import { createWorkflowStarter, type WorkflowStarterDeps } from './workflow-starter.ts';

/** What the handlers need. `timelineBell` is rung after a commit that added to a timeline. */
export type ConsumerDeps = WorkflowStarterDeps & { readonly timelineBell: Bell; readonly database: ActionDeps };

type Handlers = Pick<Consumer, 'handle' | 'handleAll'>;

/** Makes all consumers. */
export function createConsumers(deps: ConsumerDeps): Consumer[] {
  const handlers: Record<keyof typeof consumerRows, Handlers> = {
    contact_event_consumer: bothWays(async (events, tx) => {
      if ((await addAllToTimeline(events, tx)) > 0) tx.onCommit(() => deps.timelineBell.ring());
    }),
    waha_message_consumer: bothWays(trackDeliveries),
    session_analytics_consumer: bothWays(measureSessions),
    campaign_results_consumer: bothWays(followCampaigns),
    workflow_starter: createWorkflowStarter(deps),
    automation_consumer: bothWays(createRunRules(deps.database)),
  };
  return (Object.keys(consumerRows) as (keyof typeof consumerRows)[]).map((name) => ({
    ...consumerRows[name],
    ...handlers[name],
  }));
}

/** One event is a batch of one. */
function bothWays(handleAll: HandleAll): Handlers {
  return { handle: (event, tx, signal) => handleAll([event], tx, signal), handleAll };
}
