// Which fields a merge leaves the primary with, by its strategy. Pure choice: nothing is decided here.
import { later } from '../kernel/time.ts';
import { isStandInName } from './identity.ts';
import { type Mergeable, type MergeChanges, mergeFields } from './merge-fields.ts';
import { type Contact, contactLimits, type Merge } from './state.ts';

/** The contact as it goes into another one. */
export function toMergeable(state: Contact): Mergeable {
  const only = (names: readonly (keyof MergeChanges)[]) => Object.fromEntries(names.map((name) => [name, state[name]]));
  const changedAt = state.updatedAt ?? state.createdAt;
  return {
    id: state.id,
    profile: only(mergeFields.profile),
    attributes: only(mergeFields.attributes),
    changedAt,
  } as Mergeable;
}

/** The primary's fields after a merge. */
export function mergedFields(
  strategy: Merge['mergeStrategy'],
  state: Contact,
  others: readonly Mergeable[],
): MergeChanges {
  const own = toMergeable(state);
  const everyone = [own, ...[...others].sort(newestFirst)];
  const order = { keep_primary: [own], keep_newest: [...everyone].sort(newestFirst), union: everyone }[strategy];
  const first = <T>(pick: (one: Mergeable) => T | null): T | null =>
    order.map(pick).find((value) => value !== null) ?? null;
  const named = order.find(({ profile }) => profile.name !== '' && !isStandInName(profile.name)) ?? own;
  const reached = order.find(({ profile }) => profile.phone !== null) ?? own;
  const sourced = order.find(({ attributes }) => attributes.channelId !== null) ?? own;
  const tagged = strategy === 'keep_newest' ? order.slice(0, 1) : order;
  const places = strategy === 'keep_primary' ? [own] : everyone;
  return {
    name: named.profile.name,
    phone: reached.profile.phone,
    phoneVerified: reached.profile.phoneVerified,
    email: first(({ profile }) => profile.email),
    profilePictureUrl: first(({ profile }) => profile.profilePictureUrl),
    enrichments: enrichmentsOf(order),
    customFields: customFieldsOf(order),
    language: first(({ attributes }) => attributes.language),
    timezone: first(({ attributes }) => attributes.timezone),
    channelId: sourced.attributes.channelId,
    sourceChannel: sourced.attributes.sourceChannel,
    tags: unitedBy(
      (tag) => tag,
      tagged.map(({ attributes }) => attributes.tags),
    ),
    pipelines: unitedBy(
      (place) => place.pipelineId,
      places.map(({ attributes }) => attributes.pipelines),
    ),
    // Whatever is kept of the profile: how the person is recognised, what they refused and how often they were in touch is one person's from now on.
    externalIds: unitedBy(
      (one) => `${one.source} ${one.externalId}`,
      everyone.map(({ profile }) => profile.externalIds),
    ).slice(0, contactLimits.externalIds),
    optOuts: unitedBy(
      (one) => String(one.channelId),
      everyone.map(({ attributes }) => attributes.optOuts),
    ),
    interactionCount: everyone.reduce((sum, { attributes }) => sum + attributes.interactionCount, 0),
    lastInteractionAt: everyone.reduce<string | null>(
      (last, { attributes: { lastInteractionAt: at } }) => (at === null ? last : later(last, at)),
      null,
    ),
  };
}

function newestFirst(one: Mergeable, other: Mergeable): number {
  const [first, second] = [one, other].map(({ changedAt }) => (changedAt === null ? 0 : Date.parse(changedAt)));
  return (second ?? 0) - (first ?? 0);
}

/** What every source told; of two that tell of one source the earlier in the order counts. */
function enrichmentsOf(order: readonly Mergeable[]): Record<string, unknown> | null {
  const told = order.flatMap(({ profile }) => Object.entries(profile.enrichments ?? {}));
  const kept = unitedBy(([source]) => source, [told]).slice(0, contactLimits.enrichmentSources);
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

/** What each has in custom fields; of two values in one field the earlier in the order counts. */
function customFieldsOf(order: readonly Mergeable[]): Mergeable['profile']['customFields'] {
  const all = order.flatMap(({ profile }) => Object.entries(profile.customFields ?? {}));
  const kept = unitedBy(([key]) => key, [all]).slice(0, contactLimits.customFields);
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

/** All items, each key once: the first one's. */
export function unitedBy<T>(keyOf: (item: T) => string, lists: readonly (readonly T[])[]): T[] {
  const united = new Map<string, T>();
  for (const item of lists.flat()) if (!united.has(keyOf(item))) united.set(keyOf(item), item);
  return [...united.values()];
}
