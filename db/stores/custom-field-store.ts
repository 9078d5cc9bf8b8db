// The custom field's table.
import type { CustomField } from '../../domain/custom-field/custom-field.ts';
import { customFields } from '../schema/custom-fields.ts';
import { defineStore } from '../state-store.ts';

export const customFieldStore = defineStore<CustomField>({
  table: customFields,
  columns: {
    id: 'plain',
    projectId: 'plain',
    key: 'plain',
    label: 'plain',
    type: 'plain',
    options: 'json',
    createdAt: 'time',
    updatedAt: 'time',
    deletedAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
  unique: {
    custom_fields_key: {
      rule: 'custom_field_key_taken',
      message: 'The project has a custom field with this key already: choose another key, or change that one.',
    },
  },
});
