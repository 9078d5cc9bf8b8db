// What the causes of broadcasts, sequences and campaigns share: lists, steps, and a later day.
import type { CauseWorld } from './cause.ts';

/** A moment that has not come yet. */
export const nextYear = (): string => new Date(Date.now() + 365 * 86_400_000).toISOString();

/** A text. */
export const text = { type: 'text', content: 'We open at ten.' } as const;

/** A static list with these contacts on it; gives its id. */
export async function newList(
  { call, projectId, newId }: Pick<CauseWorld, 'call' | 'projectId' | 'newId'>,
  contactIds: readonly string[] = [],
): Promise<string> {
  const { id } = await call('POST', '/v1/contact-lists', { projectId, name: `List ${newId()}`, isStatic: true });
  if (contactIds.length > 0) await call('POST', `/v1/contact-lists/${id}/contacts`, { contactIds });
  return String(id);
}
