// What can be asked of a custom field: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, label } from '../kernel/fields.ts';

/** What a field's values are. */
export const customFieldTypes = ['text', 'number', 'date', 'boolean', 'select'] as const;

/** The name by which a field goes in requests and templates: `{{contact.custom.plan}}`. */
export const customKey = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,99}$/, 'must be a letter, then up to 99 letters, digits, _ or -');
/** A value; of a date: `2026-01-31`. */
export const customValue = z.union([z.string().min(1).max(1000), z.number(), z.boolean()]);

const options = z
  .array(label)
  .min(1)
  .max(100)
  .refine((all) => new Set(all).size === all.length, 'must be different from each other');

export const customFieldCommands = defineCommands({
  /** Gives the contacts of a project a further field. `options`: what can be selected. */
  'custom_field.create': z.object({
    customFieldId: id,
    projectId: id,
    key: customKey,
    label,
    type: z.enum(customFieldTypes),
    options: options.optional(),
  }),
  /** Changes what is given; values that were an option stay. */
  'custom_field.update': z.object({ label: label.optional(), options: options.optional() }),
  'custom_field.delete': z.object({}),
});

/** Any command of a custom field. */
export type CustomFieldCommand = CommandsOf<typeof customFieldCommands>;
