// Decides what changes of a contact's profile: its fields one by one, its tags, its outside ids, its picture, what others know of it.
import { violated } from '../kernel/errors.ts';
import { isSameJson } from '../kernel/same-json.ts';
import type { ContactCommand } from './commands.ts';
import type { ContactEvent } from './events.ts';
import { isStandInName } from './identity.ts';
import type { clearableFields } from './profile-events.ts';
import { type Contact, contactLimits } from './state.ts';

type Of<Type extends ContactCommand['type']> = Extract<ContactCommand, { type: Type }>;
type ProfileCommand = Of<
  | 'contact.update'
  | 'contact.add_tag'
  | 'contact.remove_tag'
  | 'contact.clear_tags'
  | 'contact.set_external_id'
  | 'contact.remove_external_id'
  | 'contact.set_source_channel'
  | 'contact.enrich'
  | 'contact.set_custom_fields'
  | 'contact.receive_profile_picture'
  | 'contact.learn_identity'
>;

/** Decides a change of the profile. */
export function decideProfile(command: ProfileCommand, state: Contact): ContactEvent[] {
  const { id: contactId, tags } = state;
  switch (command.type) {
    case 'contact.update':
      return update(command, state);
    case 'contact.add_tag':
      if (tags.includes(command.data.tag)) return [];
      if (tags.length >= contactLimits.tags)
        throw violated('too_many_tags', `A contact carries at most ${contactLimits.tags} tags: remove one first.`);
      return [{ type: 'contact.tag_added', data: { contactId, tag: command.data.tag } }];
    case 'contact.remove_tag':
      return tags.includes(command.data.tag)
        ? [{ type: 'contact.tag_removed', data: { contactId, tag: command.data.tag } }]
        : [];
    case 'contact.clear_tags':
      return tags.length === 0 ? [] : [{ type: 'contact.tags_cleared', data: { contactId, tags: [...tags] } }];
    case 'contact.set_external_id':
      if (unknownOf([command.data], state.externalIds).length === 0) return [];
      if (state.externalIds.length >= contactLimits.externalIds)
        throw violated('too_many_external_ids', `A contact has at most ${contactLimits.externalIds} outside ids.`);
      return [{ type: 'contact.external_id_set', data: { contactId, ...command.data } }];
    case 'contact.remove_external_id':
      if (unknownOf([command.data], state.externalIds).length > 0) return [];
      return [{ type: 'contact.external_id_set', data: { contactId, ...command.data, undone: true } }];
    case 'contact.set_source_channel': {
      const isSame = command.data.channelId === state.channelId && command.data.sourceChannel === state.sourceChannel;
      return isSame ? [] : [{ type: 'contact.source_channel_set', data: { contactId, ...command.data } }];
    }
    case 'contact.enrich':
      return enrich(command, state);
    case 'contact.set_custom_fields':
      return setCustomFields(command, state);
    case 'contact.receive_profile_picture':
      return receivePicture(command.data, state);
    case 'contact.learn_identity':
      return learn(command.data, state);
  }
}

/** Decides what a new contact begins with: an event for each thing that is known of it. */
export function create({ data, at }: Of<'contact.create'>, state: Contact): ContactEvent[] {
  if (state.createdAt !== null) throw violated('contact_exists', 'A contact with this id exists already.');
  const { contactId, projectId, tenantId, givenName: given = null, familyName: family = null } = data;
  const name = { given, family, display: data.name };
  const events: ContactEvent[] = [
    { type: 'contact.created', data: { contactId, projectId, tenantId, name, createdAt: at } },
  ];
  if (data.phone)
    events.push({ type: 'contact.phone_set', data: { contactId, phone: data.phone, verified: data.phoneVerified } });
  if (data.email) events.push({ type: 'contact.email_set', data: { contactId, email: data.email, verified: false } });
  for (const external of unknownOf(data.externalIds, []))
    events.push({ type: 'contact.external_id_set', data: { contactId, ...external } });
  if (data.channelId)
    events.push({
      type: 'contact.source_channel_set',
      data: { contactId, channelId: data.channelId, sourceChannel: data.sourceChannel ?? 'unknown' },
    });
  if (data.language) events.push({ type: 'contact.language_changed', data: { contactId, newLanguage: data.language } });
  if (data.timezone) events.push({ type: 'contact.timezone_set', data: { contactId, timezone: data.timezone } });
  for (const tag of new Set(data.tags)) events.push({ type: 'contact.tag_added', data: { contactId, tag } });
  return events;
}

function update({ data, at }: Of<'contact.update'>, state: Contact): ContactEvent[] {
  const contactId = state.id;
  const events: ContactEvent[] = [];
  const changes: string[] = [];
  const cleared: (typeof clearableFields)[number][] = [];
  /** Whether there is a new value; one that goes away is noted. */
  const changed = <T>(field: string, next: T | null | undefined, now: T | null): next is T => {
    if (next === undefined || next === now) return false;
    changes.push(field);
    if (next === null) cleared.push(field as (typeof clearableFields)[number]);
    return next !== null;
  };
  if (changed('name', data.name, state.name)) {
    const by = data.changedBy ? { changedBy: data.changedBy } : {};
    events.push({ type: 'contact.name_changed', data: { contactId, oldName: state.name, newName: data.name, ...by } });
  }
  if (changed('email', data.email, state.email))
    events.push({ type: 'contact.email_set', data: { contactId, email: data.email, verified: false } });
  if (changed('phone', data.phone, state.phone))
    events.push({ type: 'contact.phone_set', data: { contactId, phone: data.phone, verified: false } });
  if (changed('language', data.language, state.language)) {
    const old = state.language ? { oldLanguage: state.language } : {};
    events.push({ type: 'contact.language_changed', data: { contactId, newLanguage: data.language, ...old } });
  }
  if (changed('timezone', data.timezone, state.timezone))
    events.push({ type: 'contact.timezone_set', data: { contactId, timezone: data.timezone } });
  const picture = data.profilePicture;
  const pictureUrl = picture === null ? null : picture?.profilePictureUrl;
  if (changed('profilePictureUrl', pictureUrl, state.profilePictureUrl) && picture)
    events.push(pictureUpdated(contactId, picture, at));
  if (changes.length > 0) {
    const emptied = cleared.length > 0 ? { cleared } : {};
    events.push({ type: 'contact.updated', data: { contactId, updatedAt: at, changes, ...emptied } });
  }
  return events;
}

type Picture = { readonly tenantId: string; readonly profilePictureUrl: string };

function pictureUpdated(contactId: string, { tenantId, profilePictureUrl }: Picture, fetchedAt: string): ContactEvent {
  return { type: 'contact.profile_picture_updated', data: { contactId, tenantId, profilePictureUrl, fetchedAt } };
}

/** The picture is the person's; every pipeline whose cards show the person hears of it too. */
function receivePicture(
  { receivedAt, ...picture }: Of<'contact.receive_profile_picture'>['data'],
  state: Contact,
): ContactEvent[] {
  const { profilePictureUrl } = picture;
  if (state.profilePictureUrl === profilePictureUrl) return [];
  const { id: contactId, pipelines } = state;
  return [
    pictureUpdated(contactId, picture, receivedAt),
    ...pipelines.map(({ pipelineId }): ContactEvent => {
      return {
        type: 'contact.profile_picture_received',
        data: { contactId, pipelineId, profilePictureUrl, receivedAt },
      };
    }),
  ];
}

function enrich({ data, at }: Of<'contact.enrich'>, { id: contactId, enrichments }: Contact): ContactEvent[] {
  const { enrichmentSource, enrichedData } = data;
  const known = enrichments ?? {};
  if (Object.hasOwn(known, enrichmentSource)) {
    if (isSameJson(known[enrichmentSource], enrichedData)) return [];
  } else if (Object.keys(known).length >= contactLimits.enrichmentSources)
    throw violated(
      'too_many_enrichment_sources',
      `A contact keeps what at most ${contactLimits.enrichmentSources} sources told: use one of theirs.`,
    );
  return [{ type: 'contact.enriched', data: { contactId, enrichmentSource, enrichedData, enrichedAt: at } }];
}

function setCustomFields({ data, at }: Of<'contact.set_custom_fields'>, { id, customFields }: Contact): ContactEvent[] {
  const now = customFields ?? {};
  const heldIn = (key: string) => (Object.hasOwn(now, key) ? now[key] : null);
  const changed = Object.entries(data.customFields).filter(([key, value]) => value !== heldIn(key));
  if (changed.length === 0) return [];
  const added = changed.filter(([key, value]) => value !== null && !Object.hasOwn(now, key));
  if (Object.keys(now).length + added.length > contactLimits.customFields)
    throw violated(
      'too_many_custom_values',
      `A contact has values in at most ${contactLimits.customFields} custom fields: take one away first.`,
    );
  const changes = changed.map(([key]) => `custom.${key}`);
  const values = Object.fromEntries(changed);
  return [{ type: 'contact.updated', data: { contactId: id, updatedAt: at, changes, customFields: values } }];
}

function learn(data: Of<'contact.learn_identity'>['data'], state: Contact): ContactEvent[] {
  const contactId = state.id;
  const events: ContactEvent[] = [];
  if (data.name && data.name !== state.name && isStandInName(state.name))
    events.push({
      type: 'contact.name_changed',
      data: { contactId, oldName: state.name, newName: data.name, changedBy: 'gateway' },
    });
  if (data.phone && state.phone === null)
    events.push({ type: 'contact.phone_set', data: { contactId, phone: data.phone, verified: true } });
  const fresh = unknownOf(data.externalIds, state.externalIds);
  for (const external of fresh.slice(0, Math.max(0, contactLimits.externalIds - state.externalIds.length)))
    events.push({ type: 'contact.external_id_set', data: { contactId, ...external } });
  return events;
}

/** Those of `given` that are not among `known`, each once. */
function unknownOf(given: Contact['externalIds'], known: Contact['externalIds']): Contact['externalIds'] {
  const seen = new Set(known.map(({ externalId, source }) => `${source} ${externalId}`));
  return given.filter(({ externalId, source }) => {
    const key = `${source} ${externalId}`;
    return !seen.has(key) && seen.add(key);
  });
}
