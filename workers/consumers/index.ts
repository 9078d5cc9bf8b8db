// The consumers: each row of the table with its handler. A row without one does not compile.
import type { Bell } from '../../db/bell.ts';
import { addAllToTimeline, addToTimeline } from '../../db/projections/contact-timeline.ts';
import { trackDelivery } from '../../db/projections/message-deliveries.ts';
import type { Consumer, Handle, HandleAll } from './consumer.ts';
import { consumerRows } from './rows.ts';
import { createWorkflowStarter, type WorkflowStarterDeps } from './workflow-starter.ts';

/** What the handlers need. `timelineBell` is rung after a commit that added to a timeline. */
export type ConsumerDeps = WorkflowStarterDeps & { readonly timelineBell: Bell };

/** Makes all consumers. */
export function createConsumers(deps: ConsumerDeps): Consumer[] {
  const handlers: Record<keyof typeof consumerRows, Handle> = {
    contact_event_consumer: async (event, tx) => {
      if (await addToTimeline(event, tx)) tx.onCommit(() => deps.timelineBell.ring());
    },
    waha_message_consumer: async (event, tx) => {
      await trackDelivery(event, tx);
    },
    workflow_starter: createWorkflowStarter(deps),
  };
  const batchHandlers: Partial<Record<keyof typeof consumerRows, HandleAll>> = {
    contact_event_consumer: async (events, tx) => {
      if ((await addAllToTimeline(events, tx)) > 0) tx.onCommit(() => deps.timelineBell.ring());
    },
  };
  return (Object.keys(consumerRows) as (keyof typeof consumerRows)[]).map((name) => {
    const handleAll = batchHandlers[name];
    return { ...consumerRows[name], handle: handlers[name], ...(handleAll && { handleAll }) };
  });
}
