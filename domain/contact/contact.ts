// The contact: who a person is to the project, how they are recognised, when they were last in touch. Event-sourced.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { later } from '../kernel/time.ts';
import type { ContactCommand } from './commands.ts';
import type { ContactEvent } from './events.ts';
import { isStandInName } from './identity.ts';

/** A contact's state; `deletedAt` set means it is gone for everyone but the log. Times are ISO 8601. */
export type Contact = {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly phone: string | null;
  readonly phoneVerified: boolean;
  readonly email: string | null;
  readonly externalIds: readonly { readonly externalId: string; readonly source: string }[];
  readonly tags: readonly string[];
  readonly language: string | null;
  readonly timezone: string | null;
  readonly channelId: string | null;
  readonly sourceChannel: string | null;
  readonly interactionCount: number;
  readonly lastInteractionAt: string | null;
  readonly createdAt: string | null;
  readonly deletedAt: string | null;
};

const maxTags = 50;
const maxExternalIds = 10;

export const contact = defineAggregate<Contact, ContactCommand, ContactEvent>({
  aggregate: 'contact',
  storage: 'events',
  initialState: () => ({
    id: '',
    projectId: '',
    name: '',
    phone: null,
    phoneVerified: false,
    email: null,
    externalIds: [],
    tags: [],
    language: null,
    timezone: null,
    channelId: null,
    sourceChannel: null,
    interactionCount: 0,
    lastInteractionAt: null,
    createdAt: null,
    deletedAt: null,
  }),
  decide,
  evolve,
});

function decide(command: ContactCommand, state: Contact): ContactEvent[] {
  if (command.type === 'contact.create') return create(command, state);
  // A saga may be compensated after the contact was deleted: then there is nothing left to take back.
  if (state.deletedAt !== null && command.type === 'contact.undo_interaction') return [];
  if (state.createdAt === null || state.deletedAt !== null)
    throw new DomainError('not_found', 'There is no such contact.');
  const contactId = state.id;
  switch (command.type) {
    case 'contact.update':
      return update(command, state);
    case 'contact.add_tag':
      if (state.tags.includes(command.data.tag)) return [];
      if (state.tags.length >= maxTags)
        throw violated('too_many_tags', `A contact carries at most ${maxTags} tags: remove one first.`);
      return [{ type: 'contact.tag_added', data: { contactId, tag: command.data.tag } }];
    case 'contact.remove_tag':
      return state.tags.includes(command.data.tag)
        ? [{ type: 'contact.tag_removed', data: { contactId, tag: command.data.tag } }]
        : [];
    case 'contact.learn_identity':
      return learn(command.data, state);
    case 'contact.record_interaction':
      return [
        {
          type: 'contact.interaction_recorded',
          data: { contactId, ...command.data, isFirstInteraction: state.interactionCount === 0 },
        },
      ];
    case 'contact.undo_interaction':
      return undoInteraction(command.data, state);
    case 'contact.track_ad':
      return [{ type: 'tracking.message.meta_ads', data: { contactId, ...command.data, trackedAt: command.at } }];
    case 'contact.delete':
      return [{ type: 'contact.deleted', data: { contactId, deletedAt: command.at } }];
  }
}

function create({ data, at }: Extract<ContactCommand, { type: 'contact.create' }>, state: Contact): ContactEvent[] {
  if (state.createdAt !== null) throw violated('contact_exists', 'A contact with this id exists already.');
  const { contactId } = data;
  const events: ContactEvent[] = [
    {
      type: 'contact.created',
      data: { contactId, projectId: data.projectId, tenantId: data.tenantId, name: data.name, createdAt: at },
    },
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

function update({ data, at }: Extract<ContactCommand, { type: 'contact.update' }>, state: Contact): ContactEvent[] {
  const contactId = state.id;
  const events: ContactEvent[] = [];
  const changes: string[] = [];
  const changed = <T>(field: string, next: T | undefined, now: T | null): next is T => {
    if (next === undefined || next === now) return false;
    changes.push(field);
    return true;
  };
  if (changed('name', data.name, state.name)) {
    events.push({
      type: 'contact.name_changed',
      data: {
        contactId,
        oldName: state.name,
        newName: data.name,
        ...(data.changedBy && { changedBy: data.changedBy }),
      },
    });
  }
  if (changed('email', data.email, state.email))
    events.push({ type: 'contact.email_set', data: { contactId, email: data.email, verified: false } });
  if (changed('phone', data.phone, state.phone))
    events.push({ type: 'contact.phone_set', data: { contactId, phone: data.phone, verified: false } });
  if (changed('language', data.language, state.language)) {
    events.push({
      type: 'contact.language_changed',
      data: { contactId, newLanguage: data.language, ...(state.language && { oldLanguage: state.language }) },
    });
  }
  if (changed('timezone', data.timezone, state.timezone))
    events.push({ type: 'contact.timezone_set', data: { contactId, timezone: data.timezone } });
  if (changes.length > 0) events.push({ type: 'contact.updated', data: { contactId, updatedAt: at, changes } });
  return events;
}

function learn(
  data: Extract<ContactCommand, { type: 'contact.learn_identity' }>['data'],
  state: Contact,
): ContactEvent[] {
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
  for (const external of fresh.slice(0, Math.max(0, maxExternalIds - state.externalIds.length))) {
    events.push({ type: 'contact.external_id_set', data: { contactId, ...external } });
  }
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

function undoInteraction(
  data: Extract<ContactCommand, { type: 'contact.undo_interaction' }>['data'],
  state: Contact,
): ContactEvent[] {
  if (state.interactionCount === 0) return [];
  const { previousInteractionAt, ...interaction } = data;
  const lastInteractionAt = state.interactionCount === 1 ? null : previousInteractionAt;
  return [
    {
      type: 'contact.interaction_recorded',
      data: { contactId: state.id, ...interaction, isFirstInteraction: false, undone: true, lastInteractionAt },
    },
  ];
}

function evolve(state: Contact, event: ContactEvent): Contact {
  switch (event.type) {
    case 'contact.created':
      return {
        ...state,
        id: event.data.contactId,
        projectId: event.data.projectId,
        name: event.data.name,
        createdAt: event.data.createdAt,
      };
    case 'contact.name_changed':
      return { ...state, name: event.data.newName };
    case 'contact.email_set':
      return { ...state, email: event.data.email };
    case 'contact.phone_set':
      return { ...state, phone: event.data.phone, phoneVerified: event.data.verified };
    case 'contact.external_id_set':
      return {
        ...state,
        externalIds: [...state.externalIds, { externalId: event.data.externalId, source: event.data.source }],
      };
    case 'contact.tag_added':
      return { ...state, tags: [...state.tags, event.data.tag] };
    case 'contact.tag_removed':
      return { ...state, tags: state.tags.filter((tag) => tag !== event.data.tag) };
    case 'contact.language_changed':
      return { ...state, language: event.data.newLanguage };
    case 'contact.timezone_set':
      return { ...state, timezone: event.data.timezone };
    case 'contact.source_channel_set':
      return { ...state, channelId: event.data.channelId, sourceChannel: event.data.sourceChannel };
    case 'contact.interaction_recorded':
      return event.data.undone
        ? {
            ...state,
            interactionCount: state.interactionCount - 1,
            lastInteractionAt: event.data.lastInteractionAt ?? null,
          }
        : {
            ...state,
            interactionCount: state.interactionCount + 1,
            lastInteractionAt: later(state.lastInteractionAt, event.data.interactedAt),
          };
    case 'contact.deleted':
      return { ...state, deletedAt: event.data.deletedAt };
    case 'contact.updated':
    case 'tracking.message.meta_ads':
      return state;
  }
}
