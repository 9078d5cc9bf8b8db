// The contact: who a person is to the project, how they are recognised, what they wish, where they stand. Event-sourced.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { ContactCommand } from './commands.ts';
import { optIn, optOut, undoOptIn, undoOptOut } from './consent.ts';
import type { ContactEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { becomeMerged, merge, restoreMerged, undoMerge } from './merge.ts';
import { decidePlace } from './pipeline-place.ts';
import { create, decideProfile } from './profile.ts';
import { type Contact, noContact } from './state.ts';

export const contact = defineAggregate<Contact, ContactCommand, ContactEvent>({
  aggregate: 'contact',
  storage: 'events',
  initialState: noContact,
  decide,
  evolve,
});

/** What a compensated saga takes back: nothing any more, once the contact is gone. */
const reversals: readonly ContactCommand['type'][] = [
  'contact.undo_interaction',
  'contact.undo_opt_out',
  'contact.undo_opt_in',
];
/** What a contact that was merged into another one still takes. */
const ofSignposts: readonly ContactCommand['type'][] = [...reversals, 'contact.restore_merged', 'contact.anonymize'];

function decide(command: ContactCommand, state: Contact): ContactEvent[] {
  if (command.type === 'contact.create') return create(command, state);
  const isGone = state.deletedAt !== null || state.anonymizedAt !== null;
  if (isGone && reversals.includes(command.type)) return [];
  // A deleted contact's data are still there: whoever asks for them to be destroyed is heard.
  if (state.createdAt === null || (state.deletedAt !== null && command.type !== 'contact.anonymize'))
    throw new DomainError('not_found', 'There is no such contact.');
  if (state.anonymizedAt !== null)
    throw violated('contact_anonymized', 'The contact was anonymized: nothing can be done with it any more.');
  if (state.mergedInto !== null) {
    // What a late message teaches of the person is not worth a saga that fails.
    if (command.type === 'contact.learn_identity') return [];
    if (!ofSignposts.includes(command.type))
      throw violated('contact_merged', `The contact was merged into ${state.mergedInto}: use that one.`);
  }
  return decideExisting(command, state);
}

function decideExisting(command: Exclude<ContactCommand, { type: 'contact.create' }>, state: Contact): ContactEvent[] {
  const contactId = state.id;
  switch (command.type) {
    case 'contact.update':
    case 'contact.add_tag':
    case 'contact.remove_tag':
    case 'contact.clear_tags':
    case 'contact.set_external_id':
    case 'contact.remove_external_id':
    case 'contact.set_source_channel':
    case 'contact.enrich':
    case 'contact.set_custom_fields':
    case 'contact.receive_profile_picture':
    case 'contact.learn_identity':
      return decideProfile(command, state);
    case 'contact.enter_pipeline':
    case 'contact.move_status':
    case 'contact.exit_pipeline':
    case 'contact.qualify_lead':
      return decidePlace(command, state);
    case 'contact.opt_out':
      return optOut(command.data, state, command.at);
    case 'contact.opt_in':
      return optIn(command.data, state, command.at);
    case 'contact.undo_opt_out':
      return undoOptOut(command.data, state);
    case 'contact.undo_opt_in':
      return undoOptIn(command.data, state, command.at);
    case 'contact.merge':
      return merge(command.data, state, command.at);
    case 'contact.become_merged':
      return becomeMerged(command.data, state, command.at);
    case 'contact.undo_merge':
      return undoMerge(command.data, state, command.at);
    case 'contact.restore_merged':
      return restoreMerged(command.data, state, command.at);
    case 'contact.anonymize':
      return anonymize(command, state);
    case 'contact.record_interaction': {
      const isFirstInteraction = state.interactionCount === 0;
      return [{ type: 'contact.interaction_recorded', data: { contactId, ...command.data, isFirstInteraction } }];
    }
    case 'contact.undo_interaction':
      return undoInteraction(command.data, state);
    case 'contact.track_ad':
      return [{ type: 'tracking.message.meta_ads', data: { contactId, ...command.data, trackedAt: command.at } }];
    case 'contact.delete':
      return [{ type: 'contact.deleted', data: { contactId, deletedAt: command.at } }];
  }
}

function anonymize(
  { data, at }: Extract<ContactCommand, { type: 'contact.anonymize' }>,
  { id: contactId, mergedInto }: Contact,
): ContactEvent[] {
  const { requestedBy, asPartOf } = data;
  if (mergedInto !== (asPartOf ?? null))
    throw violated('contact_merged', 'The contact was merged into another one: anonymize that one, and both are.');
  return [{ type: 'contact.anonymized', data: { contactId, requestedBy, anonymizedAt: at } }];
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
