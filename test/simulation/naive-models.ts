// What a person would expect of each aggregate after a list of commands, written down as simply as can be and without looking at the decider.
import type { AggregateType } from '../../domain/catalog.ts';
import { type Data, list, sorted } from './loose.ts';
import { billingAccount, invoice, subscription, usageMeter, webhook, webhookDelivery } from './naive-billing.ts';
import { contact } from './naive-contacts.ts';
import { contactList, contactListMember, customField, note, sessionPolicy } from './naive-lists.ts';
import { agent, agentSession, credential, projectMember, user } from './naive-people.ts';
import { pipeline, status } from './naive-pipelines.ts';
import { outreachModels } from './outreach-models.ts';

export type { Data };

/**
 * A naive model. `accepts` says before each command whether it has to go through (undefined: the model does not know); `note` hears of those that
 * did; `expects` is what `see` must find in the aggregate's state.
 */
export type NaiveModel = {
  readonly accepts: (type: string, data: Data) => boolean | undefined;
  readonly note: (type: string, data: Data) => void;
  readonly expects: () => unknown;
  readonly see: (state: Data) => unknown;
};

const project = (): NaiveModel => {
  let name: unknown = '';
  let isThere = false;
  return {
    accepts: () => !isThere,
    note: (_type, data) => {
      isThere = true;
      name = data['name'];
    },
    expects: () => name,
    see: (state) => state['name'],
  };
};

const channel = (): NaiveModel => {
  let life: 'none' | 'there' | 'gone' = 'none';
  let status = 'inactive';
  let type: unknown;
  let pipeline: unknown = null;
  const labels = new Map<unknown, unknown>();
  return {
    accepts: (command) => {
      if (command === 'channel.create') return life === 'none';
      if (life !== 'there') return false;
      if (command === 'channel.confirm_working' || command === 'channel.request_activation') return type === 'waha';
      if (command === 'channel.fail_activation') return ['activating', 'connecting', 'error'].includes(status);
      return command.endsWith('_history_import') && command !== 'channel.enable_history_import' ? undefined : true;
    },
    note: (command, data) => {
      if (command === 'channel.create') [life, type] = ['there', data['type']];
      else if (command === 'channel.request_activation') {
        if (status === 'inactive' || status === 'error') status = 'activating';
        else if (status === 'disconnected') status = 'connecting';
      } else if (command === 'channel.fail_activation') status = 'error';
      else if (command === 'channel.associate_pipeline') pipeline = data['pipelineId'];
      else if (command === 'channel.disassociate_pipeline') pipeline = null;
      else if (command === 'channel.delete') [life, status] = ['gone', 'inactive'];
      else if (command === 'channel.deactivate') status = 'inactive';
      else if (command === 'channel.confirm_working') status = 'active';
      else if (command === 'channel.note_disconnected' && status === 'active') status = 'disconnected';
      else if (command === 'channel.upsert_label') labels.set(data['labelId'], [data['name'], data['color'] ?? null]);
      else if (command === 'channel.delete_label') labels.delete(data['labelId']);
    },
    expects: () => [life === 'gone', status, pipeline, sorted(labels)],
    see: ({ deletedAt, status, pipelineId, labels }) => [
      deletedAt !== null,
      status,
      pipelineId,
      sorted(list(labels).map(({ labelId, name, color }) => [labelId, [name, color]])),
    ],
  };
};

const channelType = (): NaiveModel => {
  let type: Data | undefined;
  return {
    accepts: (command) => (command === 'channel_type.create') === (type === undefined),
    note: (_command, data) => {
      type = { ...type, ...data };
    },
    // What was not said at the beginning is the type's own affair.
    expects: () => [type?.['name'] ?? 'waha', sorted(list(type?.['capabilities'] ?? []))],
    see: ({ name, capabilities }) => [name, type?.['capabilities'] ? sorted(list(capabilities)) : []],
  };
};

const automation = (): NaiveModel => {
  let thing: Data | undefined;
  let enabled = false;
  return {
    accepts: (command) => {
      if (command === 'automation.create') return thing === undefined;
      if (thing === undefined) return false;
      // What can run is for the decider to say.
      return command === 'automation.disable' || (command === 'automation.enable' && enabled) ? true : undefined;
    },
    note: (command, data) => {
      if (command === 'automation.enable') enabled = true;
      else if (command === 'automation.disable') enabled = false;
      else thing = { ...thing, ...data };
    },
    expects: () => [enabled, thing?.['name'] ?? '', list(thing?.['rules'] ?? []).length],
    see: ({ enabled, name, rules }) => [enabled, name, list(rules).length],
  };
};

const automationRun = (): NaiveModel => {
  let status = 'none';
  const outcome = (command: string): string => (command === 'automation_run.complete' ? 'executed' : 'failed');
  return {
    accepts: (command, { chain, ruleId }) => {
      if (command !== 'automation_run.start') return status === 'triggered' || status === outcome(command);
      return status !== 'none' || !(list(chain) as readonly unknown[]).includes(ruleId);
    },
    note: (command) => {
      if (command !== 'automation_run.start') status = outcome(command);
      else if (status === 'none') status = 'triggered';
    },
    expects: () => status,
    see: ({ createdAt, status }) => (createdAt === null ? 'none' : status),
  };
};

const chat = (): NaiveModel => {
  let status = 'none';
  const labels = new Set<unknown>();
  return {
    accepts: (command, { contactId, chatType }) => {
      if (command === 'chat.create') return status === 'none' && (contactId === undefined || chatType === 'individual');
      if (status === 'none') return false;
      if (status === 'closed') return command === 'chat.close';
      return command.includes('participant') || labels.size > 15 ? undefined : true;
    },
    note: (command, data) => {
      if (command === 'chat.create') status = 'active';
      else if (command === 'chat.close') status = 'closed';
      else if (command === 'chat.archive') status = 'archived';
      else if (command === 'chat.unarchive') status = 'active';
      else if (command === 'chat.add_label') labels.add(data['labelId']);
      else if (command === 'chat.remove_label') labels.delete(data['labelId']);
    },
    expects: () => [status, sorted(labels)],
    see: ({ createdAt, status, labels }) => [createdAt === null ? 'none' : status, sorted(list(labels))],
  };
};

const session = (): NaiveModel => {
  let isThere = false;
  let isActive = false;
  /** Of the past, and not known to its end yet. */
  let isOfThePast = false;
  let assigned = 0;
  let agent: unknown = null;
  let [isResolved, isAbandoned] = [false, false];
  let summary: unknown = null;
  const counts = { contact: 0, own: 0 };
  return {
    accepts: (command) => {
      if (command === 'session.start' || command === 'session.import') return !isThere;
      const isEmpty = counts.contact + counts.own === 0;
      if (command === 'session.summarize') return isThere && !isEmpty;
      if (command === 'session.abandon') return isThere && isActive && (isAbandoned || !(isEmpty || isResolved));
      return isThere && (isActive || command === 'session.undo_message' || /import/.test(command));
    },
    note: (command, data) => {
      const whose = data['fromContact'] === true ? 'contact' : 'own';
      if (command === 'session.start') [isThere, isActive] = [true, true];
      else if (command === 'session.close') isActive = false;
      else if (command === 'session.import') [isThere, isOfThePast] = [true, true];
      else if (command === 'session.end_import' || command === 'session.discard_import') isOfThePast = false;
      else if (command === 'session.record_message' || command === 'session.import_message') {
        counts[whose] += 1;
        if (whose === 'contact') isAbandoned = false;
      } else if (command === 'session.resolve') isResolved = true;
      else if (command === 'session.abandon') isAbandoned = true;
      else if (command === 'session.summarize') summary = data['summary'];
      else if (command === 'session.undo_message') counts[whose] = Math.max(0, counts[whose] - 1);
      else if (command === 'session.assign_agent' && agent !== data['agentId']) {
        agent = data['agentId'];
        assigned += 1;
      }
    },
    expects: () => [
      isThere && !isActive && !isOfThePast,
      counts.contact,
      counts.own,
      counts.contact + counts.own,
      agent,
      Math.max(0, assigned - 1),
      isAbandoned,
      summary,
    ],
    see: (state) => [
      state['endedAt'] !== null,
      state['contactMessageCount'],
      state['ownMessageCount'],
      state['messageCount'],
      state['agentId'],
      state['reassignmentCount'],
      state['abandonedAt'] !== null,
      state['summary'],
    ],
  };
};

const message = (): NaiveModel => {
  let life: 'none' | 'there' | 'gone' = 'none';
  let text: unknown = null;
  return {
    accepts: (command) => {
      if (command === 'message.receive') return life === 'none';
      // One that says nothing is refused.
      if (command === 'message.queue') return life === 'none' ? undefined : false;
      if (life === 'gone') return command === 'message.discard';
      return life === 'none' ? false : undefined;
    },
    note: (command, data) => {
      if (command === 'message.receive' || command === 'message.queue') [life, text] = ['there', data['channelId']];
      else if (command === 'message.discard') life = 'gone';
    },
    expects: () => [life, text],
    see: ({ createdAt, discardedAt, channelId }) => [
      discardedAt === null ? (createdAt === null ? 'none' : 'there') : 'gone',
      createdAt === null ? null : channelId,
    ],
  };
};

const messageGroup = (): NaiveModel => {
  let status = 'none';
  let messages: unknown[] = [];
  const isOpen = (): boolean => status === 'pending' || status === 'processing';
  return {
    accepts: (command, { messageId }) => {
      if (command === 'message_group.open') return status === 'none';
      if (status === 'none') return false;
      if (command === 'message_group.add_message') return status === 'pending' || messages.includes(messageId);
      if (command === 'message_group.start_processing') return status === 'pending';
      if (command === 'message_group.complete') return status === 'processing';
      return command === 'message_group.remove_message' || isOpen();
    },
    note: (command, { messageId }) => {
      if (command === 'message_group.open') [status, messages] = ['pending', [messageId]];
      else if (command === 'message_group.start_processing') status = 'processing';
      else if (command === 'message_group.complete') status = 'completed';
      else if (command === 'message_group.expire') status = 'expired';
      else if (command === 'message_group.add_message' && !messages.includes(messageId)) messages.push(messageId);
      else if (command === 'message_group.remove_message' && isOpen() && messages.includes(messageId)) {
        messages = messages.filter((other) => other !== messageId);
        if (messages.length === 0) status = 'expired';
      }
    },
    expects: () => [status, messages],
    see: ({ createdAt, status, messageIds }) => [createdAt === null ? 'none' : status, messageIds],
  };
};

const tracking = (): NaiveModel => {
  let isThere = false;
  const fields = new Map<string, unknown>();
  return {
    accepts: (command) => (command === 'tracking.create') !== isThere,
    note: (command, { changes }) => {
      if (command === 'tracking.create') isThere = true;
      else for (const [name, value] of Object.entries(changes as Data)) fields.set(name, value);
    },
    expects: () => sorted(fields),
    see: ({ fields }) => sorted(Object.entries(fields as Data)),
  };
};

const enrichment = (): NaiveModel => {
  let status = 'requested';
  const outcomeOf = (command: string): string => (command === 'enrichment.complete' ? 'completed' : 'failed');
  return {
    accepts: (command) => status === 'requested' || status === outcomeOf(command),
    note: (command) => {
      status = outcomeOf(command);
    },
    expects: () => status,
    see: (state) => state['status'],
  };
};

/** A model of each aggregate; an aggregate without one does not compile. */
export const naiveModels: Readonly<Record<AggregateType, () => NaiveModel>> = {
  project,
  user,
  agent,
  agent_session: agentSession,
  project_member: projectMember,
  credential,
  channel,
  channel_type: channelType,
  automation,
  automation_run: automationRun,
  contact,
  chat,
  session,
  message,
  message_group: messageGroup,
  tracking,
  enrichment,
  pipeline,
  status,
  billing_account: billingAccount,
  subscription,
  invoice,
  usage_meter: usageMeter,
  webhook,
  webhook_delivery: webhookDelivery,
  ...outreachModels,
  contact_list: contactList,
  contact_list_member: contactListMember,
  note,
  custom_field: customField,
  session_policy: sessionPolicy,
};
