// Naive models of pipelines and their statuses.
import type { Data } from './loose.ts';
import type { NaiveModel } from './naive-models.ts';

/** A pipeline: whether it takes contacts, its statuses, whether it qualifies. */
export const pipeline = (): NaiveModel => {
  let isThere = false;
  let active = true;
  let enabled = false;
  let target: unknown;
  let statuses: unknown[] = [];
  return {
    accepts: (command, data) => {
      if (command === 'pipeline.create') return !isThere;
      if (!isThere) return false;
      if (command === 'pipeline.remove_status')
        return !statuses.includes(data['statusId']) || target !== data['statusId'];
      if (command === 'pipeline.enable_lead_qualification') return enabled || (active && target !== undefined);
      if (command === 'pipeline.update') return data['statusIds'] === undefined ? true : undefined;
      return command === 'pipeline.set_lead_qualification' ? undefined : true;
    },
    note: (command, data) => {
      if (command === 'pipeline.create') isThere = true;
      else if (command === 'pipeline.activate') active = true;
      else if (command === 'pipeline.deactivate') active = false;
      else if (command === 'pipeline.enable_lead_qualification') enabled = true;
      else if (command === 'pipeline.disable_lead_qualification') enabled = false;
      else if (command === 'pipeline.set_lead_qualification') target = data['statusId'];
      else if (command === 'pipeline.remove_status') statuses = statuses.filter((id) => id !== data['statusId']);
      else if (command === 'pipeline.update' && data['statusIds']) statuses = [...(data['statusIds'] as unknown[])];
      else if (command === 'pipeline.add_status' && !statuses.includes(data['statusId']))
        statuses.push(data['statusId']);
    },
    expects: () => [active, enabled, target, statuses],
    see: ({ active, leadQualificationEnabled, leadQualification, statusIds }) => [
      active,
      leadQualificationEnabled,
      (leadQualification as Data | null)?.['statusId'],
      statusIds,
    ],
  };
};

/** A status: its name, whether it takes contacts, whether it is gone. */
export const status = (): NaiveModel => {
  let life: 'none' | 'there' | 'gone' = 'none';
  let active = true;
  let name: unknown = '';
  return {
    accepts: (command) => {
      if (command === 'status.create') return life === 'none';
      return life === 'there' || (life === 'gone' && command === 'status.remove');
    },
    note: (command, data) => {
      if (command === 'status.create') life = 'there';
      if (command === 'status.create' || command === 'status.update') name = data['name'] ?? name;
      else if (command === 'status.activate') active = true;
      else active = false;
      if (command === 'status.remove') life = 'gone';
    },
    expects: () => [life, active, name],
    see: ({ createdAt, removedAt, active, name }) => [
      removedAt !== null ? 'gone' : createdAt === null ? 'none' : 'there',
      active,
      name,
    ],
  };
};
