// Folds one event into a contact: nothing but the event tells what it was before.
import { later } from '../kernel/time.ts';
import { withoutOptOut } from './consent.ts';
import type { ContactEvent } from './events.ts';
import { evolveMerge } from './merge.ts';
import { evolvePlaces } from './pipeline-place.ts';
import { type Contact, type CustomValues, noContact } from './state.ts';

type Updated = Extract<ContactEvent, { type: 'contact.updated' }>['data'];
type Interaction = Extract<ContactEvent, { type: 'contact.interaction_recorded' }>['data'];

/** The contact after the event. */
export function evolve(state: Contact, event: ContactEvent): Contact {
  switch (event.type) {
    case 'contact.created': {
      const { contactId, projectId, name, createdAt } = event.data;
      return { ...state, id: contactId, projectId, name: name.display, createdAt };
    }
    case 'contact.updated':
      return {
        ...state,
        ...customFieldsAfter(state, event.data),
        ...clearedBy(event.data),
        updatedAt: event.data.updatedAt,
      };
    case 'contact.name_changed':
      return { ...state, name: event.data.newName };
    case 'contact.email_set':
      return { ...state, email: event.data.email };
    case 'contact.phone_set':
      return { ...state, phone: event.data.phone, phoneVerified: event.data.verified };
    case 'contact.external_id_set': {
      const { externalId, source, undone } = event.data;
      const others = state.externalIds.filter((one) => one.externalId !== externalId || one.source !== source);
      return { ...state, externalIds: undone ? others : [...others, { externalId, source }] };
    }
    case 'contact.tag_added':
      return { ...state, tags: [...state.tags, event.data.tag] };
    case 'contact.tag_removed':
      return { ...state, tags: state.tags.filter((tag) => tag !== event.data.tag) };
    case 'contact.tags_cleared':
      return { ...state, tags: [] };
    case 'contact.language_changed':
      return { ...state, language: event.data.newLanguage };
    case 'contact.timezone_set':
      return { ...state, timezone: event.data.timezone };
    case 'contact.source_channel_set':
      return { ...state, channelId: event.data.channelId, sourceChannel: event.data.sourceChannel };
    case 'contact.profile_picture_updated':
      return { ...state, profilePictureUrl: event.data.profilePictureUrl };
    case 'contact.enriched': {
      const { enrichmentSource, enrichedData } = event.data;
      return { ...state, enrichments: { ...state.enrichments, [enrichmentSource]: enrichedData } };
    }
    case 'contact.interaction_recorded':
      return interact(state, event.data);
    case 'contact.opted_out':
      return { ...state, optOuts: optOutsAfter(state, event.data) };
    case 'contact.opted_in': {
      const { undone, restored = [], channelId } = event.data;
      return { ...state, optOuts: undone ? [...state.optOuts, ...restored] : withoutOptOut(state.optOuts, channelId) };
    }
    case 'contact.entered_pipeline':
    case 'contact.exited_pipeline':
    case 'contact.pipeline_status_changed':
    case 'contact.lead_qualified':
      return { ...state, pipelines: evolvePlaces(state.pipelines, event) };
    case 'contact.merged':
      return evolveMerge(state, event.data);
    case 'contact.anonymized':
      return anonymize(state, event.data.anonymizedAt);
    case 'contact.deleted':
      return { ...state, deletedAt: event.data.deletedAt };
    case 'contact.status_changed':
    case 'contact.profile_picture_received':
    case 'tracking.message.meta_ads':
      return state;
  }
}

/** What was erased brings none. */
function customFieldsAfter({ customFields }: Contact, data: Updated): Partial<Contact> {
  if (!data.customFields) return {};
  const values = Object.entries({ ...customFields, ...data.customFields }).filter(([, value]) => value !== null);
  return { customFields: values.length === 0 ? null : (Object.fromEntries(values) as CustomValues) };
}

function clearedBy({ cleared = [] }: Updated): Partial<Contact> {
  const empty = Object.fromEntries(cleared.map((field) => [field, null]));
  return cleared.includes('phone') ? { ...empty, phoneVerified: false } : empty;
}

function interact(state: Contact, { undone, lastInteractionAt = null, interactedAt }: Interaction): Contact {
  const { interactionCount } = state;
  return undone
    ? { ...state, interactionCount: interactionCount - 1, lastInteractionAt }
    : {
        ...state,
        interactionCount: interactionCount + 1,
        lastInteractionAt: later(state.lastInteractionAt, interactedAt),
      };
}

type OptedOut = Extract<ContactEvent, { type: 'contact.opted_out' }>['data'];

function optOutsAfter({ optOuts }: Contact, { channelId, reason, optedOutAt, undone }: OptedOut): Contact['optOuts'] {
  const channel = channelId ?? null;
  const others = optOuts.filter((one) => one.channelId !== channel);
  return undone ? others : [...others, { channelId: channel, reason, optedOutAt }];
}

/** Keeps what names nobody: project, times, counts, opt-outs, places. */
function anonymize(state: Contact, anonymizedAt: string): Contact {
  const { name, phone, phoneVerified, email, externalIds, profilePictureUrl, ...rest } = noContact();
  const { enrichments, customFields, merges } = rest;
  const known = { name, phone, phoneVerified, email, externalIds, profilePictureUrl };
  return { ...state, ...known, enrichments, customFields, merges, tags: [], anonymizedAt };
}
