// What an automation refers to, in its trigger and in the actions of its rules: all of it has to be there, in the same project.
import { and, eq, isNull, ne } from 'drizzle-orm';
import type { NamedField } from '../db/custom-fields.ts';
import { activeAgent } from '../db/queries/active-agent.ts';
import type { Reference } from '../db/references.ts';
import { campaigns } from '../db/schema/campaigns.ts';
import { channels } from '../db/schema/channels.ts';
import { pipelineStatuses } from '../db/schema/pipelines.ts';
import { sequences } from '../db/schema/sequences.ts';
import { webhookSubscriptions } from '../db/schema/webhooks.ts';
import type { Action } from '../domain/automation/actions.ts';
import type { Condition } from '../domain/automation/conditions.ts';
import type { Trigger } from '../domain/automation/triggers.ts';

/** The automation's own project and pipeline. */
type Place = { readonly projectId: string; readonly pipelineId: string };
type Given = {
  readonly trigger?: Trigger | undefined;
  readonly rules?:
    | readonly { readonly actions: readonly Action[]; readonly conditions?: readonly Pick<Condition, 'field'>[] }[]
    | undefined;
};

/** The references of what is given, by their paths in the request. */
export function automationReferences(place: Place, { trigger, rules = [] }: Given): Reference[] {
  const ofRules = rules.flatMap(({ actions }, rule) =>
    actions.flatMap((action, index) => ofAction(place, action, `body.rules.${rule}.actions.${index}.params`)),
  );
  return [...(trigger ? ofTrigger(place, trigger) : []), ...ofRules];
}

/** The custom fields that conditions and actions name. */
export function automationFields({ rules = [] }: Given): NamedField[] {
  return rules.flatMap(({ actions, conditions = [] }, rule) => [
    ...actions.flatMap(({ type, params }, index) =>
      type === 'update_custom_field'
        ? [{ path: `body.rules.${rule}.actions.${index}.params.key`, key: params.key }]
        : [],
    ),
    ...conditions.flatMap(({ field }, index) =>
      field.startsWith(custom)
        ? [{ path: `body.rules.${rule}.conditions.${index}.field`, key: field.slice(custom.length) }]
        : [],
    ),
  ]);
}

const custom = 'contact.custom.';

function channel(path: string, { projectId }: Place, ids: Reference['ids']): Reference {
  const only = and(eq(channels.projectId, projectId), isNull(channels.deletedAt));
  return { path, name: 'channel of this project', table: channels, ids, only };
}

function status(path: string, { pipelineId }: Place, ids: Reference['ids']): Reference {
  const only = and(eq(pipelineStatuses.pipelineId, pipelineId), isNull(pipelineStatuses.removedAt));
  return { path, name: 'status of this pipeline', table: pipelineStatuses, ids, only };
}

function ofTrigger(place: Place, trigger: Trigger): Reference[] {
  if (trigger.type === 'status.changed')
    return [
      status('body.trigger.fromStatusId', place, trigger.fromStatusId),
      status('body.trigger.toStatusId', place, trigger.toStatusId),
    ];
  if (trigger.type === 'stage.completed') return [status('body.trigger.statusId', place, trigger.statusId)];
  return 'channelIds' in trigger ? [channel('body.trigger.channelIds', place, trigger.channelIds)] : [];
}

function ofAction(place: Place, { type, params }: Action, at: string): Reference[] {
  switch (type) {
    case 'send_message':
    case 'send_template':
      return [channel(`${at}.channelId`, place, params.channelId)];
    case 'change_pipeline_status':
      return [status(`${at}.statusId`, place, params.statusId)];
    case 'assign_agent':
    case 'create_task':
    case 'notify_agent':
      return params.agentId === undefined ? [] : [activeAgent(`${at}.agentId`, params.agentId)];
    case 'send_webhook': {
      const { projectId, deletedAt } = webhookSubscriptions;
      const only = and(eq(projectId, place.projectId), isNull(deletedAt));
      const name = 'webhook subscription of this project';
      return [{ path: `${at}.subscriptionId`, name, table: webhookSubscriptions, ids: params.subscriptionId, only }];
    }
    case 'trigger_workflow': {
      const table = params.workflow === 'campaign' ? campaigns : sequences;
      const only = and(eq(table.projectId, place.projectId), ne(table.status, 'archived'));
      return [
        { path: `${at}.workflowId`, name: `${params.workflow} of this project`, table, ids: params.workflowId, only },
      ];
    }
    default:
      return [];
  }
}
