// Naive models of contact lists, the places in them, notes, and custom fields.
import type { NaiveModel } from './naive-models.ts';

/** A list: whether it is there, its kind and name, how many rules it has at least. */
export const contactList = (): NaiveModel => {
  let life: 'none' | 'there' | 'gone' = 'none';
  let isStatic = true;
  let name: unknown = '';
  return {
    accepts: (command, data) => {
      if (command === 'contact_list.create')
        return life === 'none' && !(data['isStatic'] === true && data['logicalOperator'] !== undefined);
      if (life !== 'there') return false;
      if (command === 'contact_list.complete_recalculation') return !isStatic;
      if (command === 'contact_list.add_filter_rule') return isStatic ? false : undefined;
      return command !== 'contact_list.update' || !isStatic || data['logicalOperator'] === undefined;
    },
    note: (command, data) => {
      if (command === 'contact_list.create') [life, isStatic] = ['there', data['isStatic'] === true];
      if (command === 'contact_list.create' || command === 'contact_list.update') name = data['name'] ?? name;
      else if (command === 'contact_list.delete') life = 'gone';
    },
    expects: () => [life, name, true],
    see: ({ createdAt, deletedAt, name, isStatic, filterRules }) => [
      deletedAt !== null ? 'gone' : createdAt === null ? 'none' : 'there',
      name,
      !isStatic || (filterRules as unknown[]).length === 0,
    ],
  };
};

/** A place in a list: of whom, and whether they are in. */
export const contactListMember = (): NaiveModel => {
  let place: unknown[] = ['', ''];
  let isKnown = false;
  let isIn = false;
  return {
    accepts: (command, { listId, contactId }) =>
      command === 'contact_list_member.remove' || !isKnown || (place[0] === listId && place[1] === contactId),
    note: (command, { listId, contactId }) => {
      isIn = command === 'contact_list_member.add';
      if (isIn) [place, isKnown] = [[listId, contactId], true];
    },
    expects: () => [...place, isIn],
    see: ({ listId, contactId, addedAt, removedAt }) => [listId, contactId, addedAt !== null && removedAt === null],
  };
};

/** A note: what it says, whether it is pinned. */
export const note = (): NaiveModel => {
  let life: 'none' | 'there' | 'gone' = 'none';
  let content: unknown = '';
  let pinned = false;
  return {
    accepts: (command) => (command === 'note.add' ? life === 'none' : life === 'there'),
    note: (command, data) => {
      if (command === 'note.add') life = 'there';
      else if (command === 'note.delete') life = 'gone';
      else if (command === 'note.pin' || command === 'note.unpin') pinned = command === 'note.pin';
      content = data['content'] ?? content;
    },
    expects: () => [life, content, pinned],
    see: ({ createdAt, deletedAt, content, pinned }) => [
      deletedAt !== null ? 'gone' : createdAt === null ? 'none' : 'there',
      content,
      pinned,
    ],
  };
};

/** A custom field: whether it is there, its kind and label. */
export const customField = (): NaiveModel => {
  let life: 'none' | 'there' | 'gone' = 'none';
  let type: unknown = 'text';
  let label: unknown = '';
  return {
    accepts: (command, data) => {
      if (command !== 'custom_field.create') {
        if (life !== 'there') return false;
        return command === 'custom_field.delete' || data['options'] === undefined || type === 'select';
      }
      return life === 'none' && (data['type'] === 'select') === (data['options'] !== undefined);
    },
    note: (command, data) => {
      if (command === 'custom_field.create') [life, type] = ['there', data['type']];
      if (command === 'custom_field.delete') life = 'gone';
      label = data['label'] ?? label;
    },
    expects: () => [life, type, label],
    see: ({ createdAt, deletedAt, type, label }) => [
      deletedAt !== null ? 'gone' : createdAt === null ? 'none' : 'there',
      type,
      label,
    ],
  };
};

/** A session policy: whether it is there, and when its sessions end and are abandoned. */
export const sessionPolicy = (): NaiveModel => {
  let life: 'none' | 'there' | 'gone' = 'none';
  let [ends, leaves]: unknown[] = [1_800, null];
  const after = (data: Readonly<Record<string, unknown>>): unknown[] => [
    data['inactivitySeconds'] === undefined ? ends : data['inactivitySeconds'],
    data['abandonSeconds'] === undefined ? leaves : data['abandonSeconds'],
  ];
  return {
    accepts: (command, data) => {
      if (life !== (command === 'session_policy.create' ? 'none' : 'there')) return false;
      const [end, leave] = command === 'session_policy.delete' ? [null, null] : after(data);
      return end === null || leave === null || Number(leave) < Number(end);
    },
    note: (command, data) => {
      life = command === 'session_policy.delete' ? 'gone' : 'there';
      if (command !== 'session_policy.delete') [ends, leaves] = after(data);
    },
    expects: () => [life, ends, leaves],
    see: ({ createdAt, deletedAt, inactivitySeconds, abandonSeconds }) => [
      deletedAt !== null ? 'gone' : createdAt === null ? 'none' : 'there',
      inactivitySeconds,
      abandonSeconds,
    ],
  };
};
