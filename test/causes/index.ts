// The causes of all events, aggregate by aggregate.
import type { Causes } from './cause.ts';
import { chatCauses } from './chat.ts';
import { messageGroupCauses } from './message-group.ts';
import { pipelineCauses, statusCauses } from './pipeline.ts';
import { enrichmentCauses, trackingCauses } from './tracking.ts';

/** By event type. */
export const causes: Causes = {
  ...chatCauses,
  ...messageGroupCauses,
  ...trackingCauses,
  ...enrichmentCauses,
  ...pipelineCauses,
  ...statusCauses,
};
