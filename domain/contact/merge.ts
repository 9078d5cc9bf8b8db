// Merging contacts into a primary, and taking the last merge back. What changed of the primary lies in its own event, sealed for it.
import { violated } from '../kernel/errors.ts';
import { isSameJson } from '../kernel/same-json.ts';
import type { ContactCommand } from './commands.ts';
import type { ContactEvent } from './events.ts';
import { type MergeChanges, mergeFields } from './merge-fields.ts';
import { mergedFields, unitedBy } from './merged-fields.ts';
import { type Contact, contactLimits, type Merge } from './state.ts';

type DataOf<Type extends ContactCommand['type']> = Extract<ContactCommand, { type: Type }>['data'];
type Merged = Extract<ContactEvent, { type: 'contact.merged' }>['data'];
type Key = keyof MergeChanges;
const keys: readonly Key[] = [...mergeFields.profile, ...mergeFields.attributes];
/** Fields that only mean something beside another one: they change with it. */
const leaders: Readonly<Partial<Record<Key, Key>>> = { phoneVerified: 'phone', sourceChannel: 'channelId' };

/** Decides the primary's part of a merge. */
export function merge({ strategy, contacts }: DataOf<'contact.merge'>, state: Contact, at: string): ContactEvent[] {
  const others = contacts.filter(({ id }, index) => contacts.findIndex((one) => one.id === id) === index);
  if (others.some(({ id }) => id === state.id))
    throw violated('merge_with_itself', 'A contact can not be merged with itself: name other contacts.');
  if ((state.merges?.length ?? 0) >= contactLimits.merges)
    throw violated('too_many_merges', `At most ${contactLimits.merges} merges go into one contact.`);
  const after = mergedFields(strategy, state, others);
  if ((after.tags?.length ?? 0) > contactLimits.tags)
    throw violated(
      'too_many_tags',
      `Together they have more than ${contactLimits.tags} tags: remove some, or merge with keep_primary.`,
    );
  if ((after.pipelines?.length ?? 0) > contactLimits.pipelines)
    throw violated(
      'too_many_pipelines',
      `Together they are in more than ${contactLimits.pipelines} pipelines: leave some first, or merge with keep_primary.`,
    );
  const mergedContactIds = others.map(({ id }) => id);
  const about = { primaryContactId: state.id, mergedContactIds, mergeStrategy: strategy, mergedAt: at };
  return [{ type: 'contact.merged', data: { ...about, ...carried(state, after) } }];
}

/** Decides the part of a contact that goes into another one: from now on it is a signpost. */
export function becomeMerged(data: DataOf<'contact.become_merged'>, state: Contact, at: string): ContactEvent[] {
  const { projectId, ...about } = data;
  if (projectId !== state.projectId)
    throw violated('other_project', 'Contacts of different projects can not be merged.');
  return [{ type: 'contact.merged', data: { ...about, contactId: state.id, mergedAt: at } }];
}

/** Decides the primary's part of undoing its last merge: a field that was changed since stays as it is. */
export function undoMerge(
  { interactionCount }: DataOf<'contact.undo_merge'>,
  state: Contact,
  at: string,
): ContactEvent[] {
  const last = state.merges?.at(-1);
  if (!last) throw violated('nothing_merged', 'Nothing was merged into this contact that could be taken out again.');
  const { before, after, mergedContactIds, mergeStrategy } = last;
  const restored: Record<string, unknown> = {};
  for (const key of keys) {
    const leader = leaders[key] ?? key;
    if (!(key in after)) continue;
    const isChanged = leader !== key && !isSameJson(state[leader], after[leader]);
    restored[key] = isChanged ? state[key] : takenBack(state[key], before[key], after[key]);
  }
  if ('interactionCount' in after)
    restored['interactionCount'] = Math.max(0, state.interactionCount - interactionCount);
  const about = { primaryContactId: state.id, mergedContactIds: [...mergedContactIds], mergeStrategy, mergedAt: at };
  return [{ type: 'contact.merged', data: { ...about, undone: true, ...carried(state, restored as MergeChanges) } }];
}

/** Decides the part of a contact that comes out of another one again. An opt-out that the two had together holds for both. */
export function restoreMerged(data: DataOf<'contact.restore_merged'>, state: Contact, at: string): ContactEvent[] {
  const { optOuts: gained, ...about } = data;
  if (state.mergedInto !== about.primaryContactId)
    throw violated('not_merged', 'The contact is not merged into this one.');
  const optOuts = unitedBy((one) => String(one.channelId), [state.optOuts, gained]);
  const attributes = optOuts.length > state.optOuts.length ? { attributes: { optOuts } } : {};
  return [
    { type: 'contact.merged', data: { ...about, contactId: state.id, mergedAt: at, undone: true, ...attributes } },
  ];
}

/** The contact after a merge or its undo: the primary, or by the event's `contactId` one that was merged. */
export function evolveMerge(state: Contact, data: Merged): Contact {
  const { primaryContactId, mergedContactIds, mergeStrategy, mergedAt, undone } = data;
  const after = changesOf(data);
  if (data.contactId !== undefined)
    return { ...state, ...after, mergedInto: undone ? null : primaryContactId } as Contact;
  const merges = state.merges ?? [];
  if (undone) {
    const left = merges.slice(0, -1);
    return { ...state, ...after, merges: left.length === 0 ? null : left } as Contact;
  }
  const before = Object.fromEntries(keys.filter((key) => key in after).map((key) => [key, state[key]])) as MergeChanges;
  const merged: Merge = { mergedContactIds, mergeStrategy, mergedAt, before, after };
  return { ...state, ...after, merges: [...merges, merged] } as Contact;
}

/** The fields of an event by their names: what was erased brings none. */
function changesOf({ profile, attributes }: Merged): MergeChanges {
  const all = { ...profile, ...attributes } as Record<string, unknown>;
  return Object.fromEntries(keys.filter((key) => all[key] !== undefined).map((key) => [key, all[key]])) as MergeChanges;
}

/** The changes that are some, as an event carries them. */
function carried(state: Contact, after: MergeChanges): Pick<Merged, 'profile' | 'attributes'> {
  const differs = (name: Key) => name in after && !isSameJson(after[name], state[name]);
  const changed = (names: readonly Key[]) =>
    names.filter((name) => differs(leaders[name] ?? name)).map((name) => [name, after[name]] as const);
  const profile = changed(mergeFields.profile);
  const attributes = changed(mergeFields.attributes);
  return {
    ...(profile.length > 0 && { profile: Object.fromEntries(profile) }),
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
  };
}

/** What a field is once a merge is taken back: lists lose what the merge brought and get back what it took, all else returns unless it was changed since. */
function takenBack(now: unknown, before: unknown, after: unknown): unknown {
  if (isSameJson(now, after)) return before;
  if (!Array.isArray(now) || !Array.isArray(before) || !Array.isArray(after)) return now;
  const isIn = (list: readonly unknown[], item: unknown) => list.some((one) => isSameJson(one, item));
  const brought = after.filter((item) => !isIn(before, item));
  const kept = now.filter((item) => !isIn(brought, item));
  const taken = before.filter((item) => !isIn(after, item) && !isIn(now, item));
  return [...kept, ...taken];
}
