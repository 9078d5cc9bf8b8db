// The fields that pipelines and their statuses share, with their limits.
import { z } from 'zod';
import { label } from '../kernel/fields.ts';

/** What it means for a contact to be in a status: still open, or ended in one of three ways. */
export const statusTypes = ['open', 'won', 'lost', 'abandoned'] as const;

/** How many statuses a pipeline can have at a time. */
export const maxStatuses = 50;

/** The fields that people set. `color` is a CSS hex colour in lower or upper case. */
export const pipelineFields = {
  name: label,
  description: z.string().max(1000),
  color: z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour of the form #1f9d55'),
};

/** One changed field as `pipeline.updated` and `status.updated` tell it. */
export type FieldChange = { readonly field: string; readonly oldValue: unknown; readonly newValue: unknown };

/** What differs between what is asked for and what is: one entry a field, in the order asked; fields left out stay. */
export function fieldChanges(
  asked: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): FieldChange[] {
  return Object.entries(asked).flatMap(([field, newValue]) => {
    const oldValue = now[field];
    const isSame = newValue === undefined || JSON.stringify(newValue) === JSON.stringify(oldValue);
    return isSame ? [] : [{ field, oldValue, newValue }];
  });
}
