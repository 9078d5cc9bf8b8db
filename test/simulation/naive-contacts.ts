// The naive model of contacts. What a merge leaves has a property test of its own: after one, only the contact's life is compared here.
import { type Data, list, sorted } from './loose.ts';
import type { NaiveModel } from './naive-models.ts';

const reversals = ['contact.undo_interaction', 'contact.undo_opt_out', 'contact.undo_opt_in'];

/** A contact: whether it is there, its tags, its opt-outs, its places, how often it was in touch. */
export const contact = (): NaiveModel => {
  let exists = false;
  let deleted = false;
  let anonymized = false;
  let mergedInto: unknown = null;
  let projectId: unknown;
  let merges = 0;
  let isBlurred = false;
  let interactions = 0;
  const tags = new Set<unknown>();
  const optOuts = new Set<unknown>();
  const places = new Map<unknown, unknown>();

  /** Undefined: by limits and details that the model does not know. */
  const acceptsThere = (command: string, data: Data): boolean | undefined => {
    if (command === 'contact.become_merged') return data['projectId'] === projectId;
    if (command === 'contact.restore_merged') return false;
    if (command === 'contact.anonymize') return data['asPartOf'] === undefined;
    if (command === 'contact.undo_merge') return merges > 0;
    if (isBlurred || tags.size > 20 || places.size > 10) return undefined;
    if (command === 'contact.enter_pipeline') return !places.has(data['pipelineId']);
    if (['contact.move_status', 'contact.exit_pipeline', 'contact.qualify_lead'].includes(command))
      return places.has(data['pipelineId']);
    if (command === 'contact.opt_in') return data['channelId'] === undefined || !optOuts.has(null);
    const isPlain = ['tag', 'opt_out', 'interaction', 'delete', 'source_channel'].some((word) =>
      command.includes(word),
    );
    return isPlain ? true : undefined;
  };
  const note: Readonly<Record<string, (data: Data) => void>> = {
    'contact.delete': () => {
      deleted = true;
    },
    'contact.become_merged': (data) => {
      mergedInto = data['primaryContactId'];
    },
    'contact.restore_merged': (data) => {
      mergedInto = null;
      isBlurred ||= list(data['optOuts']).length > 0;
    },
    'contact.merge': () => {
      merges += 1;
      isBlurred = true;
    },
    'contact.undo_merge': () => {
      merges -= 1;
    },
    'contact.anonymize': () => {
      anonymized = true;
      merges = 0;
      tags.clear();
    },
    'contact.add_tag': (data) => {
      tags.add(data['tag']);
    },
    'contact.remove_tag': (data) => {
      tags.delete(data['tag']);
    },
    'contact.clear_tags': () => tags.clear(),
    'contact.record_interaction': () => {
      interactions += 1;
    },
    'contact.opt_out': ({ channelId = null }) => {
      if (!optOuts.has(null)) optOuts.add(channelId);
    },
    'contact.opt_in': ({ channelId }) => {
      if (channelId === undefined) optOuts.clear();
      else optOuts.delete(channelId);
    },
    'contact.undo_opt_in': (data) => {
      for (const one of list(data['lifted'])) optOuts.add(one['channelId']);
    },
    'contact.enter_pipeline': ({ pipelineId, statusId }) => {
      places.set(pipelineId, statusId);
    },
    'contact.move_status': ({ pipelineId, statusId }) => {
      places.set(pipelineId, statusId);
    },
    'contact.exit_pipeline': ({ pipelineId }) => {
      places.delete(pipelineId);
    },
  };
  return {
    accepts: (command, data) => {
      if (command === 'contact.create') return !exists;
      if (exists && reversals.includes(command)) return true;
      if (!exists || anonymized) return false;
      if (deleted) return command === 'contact.anonymize' && data['asPartOf'] === undefined;
      if (mergedInto === null) return acceptsThere(command, data);
      if (command === 'contact.restore_merged') return data['primaryContactId'] === mergedInto;
      if (command === 'contact.anonymize') return data['asPartOf'] === mergedInto;
      return command === 'contact.learn_identity';
    },
    note: (command, data) => {
      if (command === 'contact.create') {
        [exists, projectId] = [true, data['projectId']];
        for (const tag of list(data['tags'] ?? [])) tags.add(tag);
      } else if (!deleted && !anonymized && reversals.includes(command)) {
        if (command === 'contact.undo_interaction') interactions = Math.max(0, interactions - 1);
        else if (command === 'contact.undo_opt_out') isBlurred = true;
        else note[command]?.(data);
      } else if (!reversals.includes(command)) note[command]?.(data);
    },
    expects: () => {
      const life = [deleted, anonymized, mergedInto];
      return isBlurred ? life : [...life, interactions, sorted(tags), sorted(optOuts), sorted(places)];
    },
    see: ({ deletedAt, anonymizedAt, mergedInto, interactionCount, tags, optOuts, pipelines }) => {
      const life = [deletedAt !== null, anonymizedAt !== null, mergedInto];
      const channels = list(optOuts).map((one) => one['channelId']);
      const standing = list(pipelines).map((one) => [one['pipelineId'], one['statusId']]);
      return isBlurred ? life : [...life, interactionCount, sorted(list(tags)), sorted(channels), sorted(standing)];
    },
  };
};
