// The causes of all events, aggregate by aggregate.

import { automationCauses } from './automation.ts';
import { billingCauses } from './billing.ts';
import { broadcastCauses } from './broadcast.ts';
import { campaignCauses } from './campaign.ts';
import type { Causes } from './cause.ts';
import { channelCauses, channelTypeCauses } from './channel.ts';
import { chatCauses } from './chat.ts';
import { contactCauses } from './contact.ts';
import { contactListCauses, contactListMemberCauses } from './contact-list.ts';
import { messageCauses } from './message.ts';
import { messageGroupCauses } from './message-group.ts';
import { noteCauses } from './note.ts';
import {
  agentCauses,
  agentSessionCauses,
  credentialCauses,
  projectCauses,
  projectMemberCauses,
  userCauses,
} from './people.ts';
import { pipelineCauses, statusCauses } from './pipeline.ts';
import { sequenceCauses } from './sequence.ts';
import { sessionCauses } from './session.ts';
import { enrichmentCauses, trackingCauses } from './tracking.ts';
import { webhookCauses } from './webhook.ts';

/** By event type. */
export const causes: Causes = {
  ...automationCauses,
  ...channelCauses,
  ...channelTypeCauses,
  ...chatCauses,
  ...sessionCauses,
  ...messageCauses,
  ...contactCauses,
  ...messageGroupCauses,
  ...trackingCauses,
  ...enrichmentCauses,
  ...contactListCauses,
  ...contactListMemberCauses,
  ...noteCauses,
  ...pipelineCauses,
  ...statusCauses,
  ...billingCauses,
  ...webhookCauses,
  ...projectCauses,
  ...userCauses,
  ...agentCauses,
  ...agentSessionCauses,
  ...projectMemberCauses,
  ...credentialCauses,
  ...broadcastCauses,
  ...sequenceCauses,
  ...campaignCauses,
};
