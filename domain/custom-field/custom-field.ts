// The custom field: what the contacts of a project can have beyond what all contacts have. The row is the truth; no event tells of it.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { isSameJson } from '../kernel/same-json.ts';
import type { CustomFieldCommand, customFieldTypes } from './commands.ts';

/** A custom field's state; `options` of a select only. `deletedAt` set: contacts keep its values, and get no new ones. Times are ISO 8601. */
export type CustomField = {
  readonly id: string;
  readonly projectId: string;
  readonly key: string;
  readonly label: string;
  readonly type: (typeof customFieldTypes)[number];
  readonly options: readonly string[] | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly deletedAt: string | null;
};

export const customField = defineAggregate<CustomField, CustomFieldCommand, never>({
  aggregate: 'custom_field',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    key: '',
    label: '',
    type: 'text',
    options: null,
    createdAt: null,
    updatedAt: null,
    deletedAt: null,
  }),
  decide,
  settle,
  evolve: (state) => state,
});

function decide(command: CustomFieldCommand, state: CustomField): never[] {
  if (command.type === 'custom_field.create') {
    if (state.createdAt !== null) throw violated('custom_field_exists', 'A custom field with this id exists already.');
    requireOptions(command.data.type, command.data.options);
    return [];
  }
  if (state.createdAt === null || state.deletedAt !== null)
    throw new DomainError('not_found', 'There is no such custom field.');
  if (command.type === 'custom_field.update' && command.data.options) requireOptions(state.type, command.data.options);
  return [];
}

function requireOptions(type: CustomField['type'], options: readonly string[] | undefined): void {
  if (type === 'select' && options === undefined)
    throw violated('options_needed', 'A select needs the options that can be selected: give some.');
  if (type !== 'select' && options !== undefined)
    throw violated('options_unexpected', `A ${type} has no options: leave them out, or make it a select.`);
}

function settle(state: CustomField, command: CustomFieldCommand): CustomField {
  const { at } = command;
  switch (command.type) {
    case 'custom_field.create': {
      const { customFieldId: id, options = null, ...data } = command.data;
      return { ...state, id, ...data, options, createdAt: at };
    }
    case 'custom_field.update': {
      const { label = state.label, options = state.options } = command.data;
      const isSame = label === state.label && isSameJson(options, state.options);
      return isSame ? state : { ...state, label, options, updatedAt: at };
    }
    case 'custom_field.delete':
      return { ...state, deletedAt: at };
  }
}
