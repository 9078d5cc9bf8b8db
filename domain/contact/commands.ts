// What can be asked of a contact: one schema per command.
import { z } from 'zod';
import { customKey, customValue } from '../custom-field/commands.ts';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { address, at, count, id, label, map, reason, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { externalId, mergeable, mergeStrategies, optOut } from './merge-fields.ts';

const name = pii(label);
const email = pii(z.email());
const phone = pii(z.string().regex(/^\+?[0-9]{5,20}$/, 'must be digits, with an optional leading +'));
const timezone = z.string().min(1).max(64);
const language = z.string().min(2).max(35);
const picture = pii(address);
/** Whoever did it, as the caller's key or the saga is called. */
const actor = z.string().min(1).max(200);
const place = z.object({ pipelineId: id, statusId: id, statusName: label });
/** At most 64 KiB of JSON: more is a document, not a profile. */
const jsonMap = map.refine((value) => JSON.stringify(value).length <= 65_536, 'must be at most 64 KiB of JSON');
/** What primary and merged contacts say of one merge. */
const merged = z.object({
  primaryContactId: id,
  mergedContactIds: z.array(id).min(1),
  mergeStrategy: z.enum(mergeStrategies),
});

export const contactCommands = defineCommands({
  /** Makes a contact; by a saga from a message, or by a person over HTTP. The parts of the name go out with the event. */
  'contact.create': z.object({
    contactId: id,
    projectId: id,
    tenantId,
    name,
    givenName: name.optional(),
    familyName: name.optional(),
    phone: phone.optional(),
    phoneVerified: z.boolean().default(false),
    email: email.optional(),
    externalIds: z.array(externalId).max(10).default([]),
    channelId: id.optional(),
    sourceChannel: label.optional(),
    language: language.optional(),
    timezone: timezone.optional(),
    tags: z.array(label).max(50).default([]),
  }),
  /** Changes fields of the profile, or (null) empties them; only what differs causes events. */
  'contact.update': z.object({
    name: name.optional(),
    email: email.nullable().optional(),
    phone: phone.nullable().optional(),
    language: language.nullable().optional(),
    timezone: timezone.nullable().optional(),
    profilePicture: z.object({ tenantId, profilePictureUrl: picture }).nullable().optional(),
    changedBy: z.string().optional(),
  }),
  'contact.add_tag': z.object({ tag: label }),
  'contact.remove_tag': z.object({ tag: label }),
  'contact.clear_tags': z.object({}),
  /** Notes under which id an outside system knows the person; unique inside the project. */
  'contact.set_external_id': externalId,
  /** The outside system knows the person under this id no more. */
  'contact.remove_external_id': externalId,
  /** Says through which channel the person first came. */
  'contact.set_source_channel': z.object({ channelId: id, sourceChannel: label }),
  /** Keeps what an outside source knows, in place of what it told before. */
  'contact.enrich': z.object({ enrichmentSource: label, enrichedData: pii(jsonMap) }),
  /** Sets values of custom fields, or (null) takes them away. */
  'contact.set_custom_fields': z.object({
    customFields: pii(z.record(customKey, customValue.nullable())),
    changedBy: actor.optional(),
  }),
  /** Takes the picture that the gateway gave. */
  'contact.receive_profile_picture': z.object({ tenantId, profilePictureUrl: picture, receivedAt: at }),
  /** Notes further ways to recognise the person, learnt from the gateway; the name only in place of one that stood in for it. */
  'contact.learn_identity': z.object({
    name: name.optional(),
    phone: phone.optional(),
    externalIds: z.array(externalId).max(10).default([]),
  }),
  'contact.record_interaction': z.object({
    interactionType: label,
    channelId: id.optional(),
    messageId: id.optional(),
    interactedAt: at,
  }),
  /** Takes back an interaction that a compensated saga recorded; `previousInteractionAt` is the time of the last one that stays. */
  'contact.undo_interaction': z.object({
    interactionType: label,
    channelId: id.optional(),
    messageId: id.optional(),
    interactedAt: at,
    previousInteractionAt: at.nullable(),
  }),
  'contact.track_ad': z.object({
    sessionId: id.optional(),
    messageId: id,
    conversionSource: z.string().max(200),
    conversionApp: z.string().max(200).optional(),
    adSourceType: z.string().max(100),
    adSourceId: z.string().max(200),
    adSourceApp: z.string().max(200).optional(),
    adSourceUrl: z.string().max(2000).optional(),
    headline: z.string().max(1000).optional(),
    body: pii(z.string().max(4000)).optional(),
    ctwaClickId: z.string().max(1000).optional(),
    conversionData: z.string().max(4000).optional(),
  }),
  'contact.enter_pipeline': place.extend({ enteredBy: actor.optional() }),
  'contact.move_status': place.extend({ changedBy: actor.optional(), reason: reason.optional() }),
  'contact.exit_pipeline': z.object({ pipelineId: id, reason, exitedBy: actor.optional() }),
  'contact.qualify_lead': z.object({
    pipelineId: id,
    score: z.int().min(0).max(100),
    qualified: z.boolean(),
    answers: jsonMap,
    confidence: z.number().min(0).max(1),
    reasons: z.array(z.string().min(1).max(500)).max(20),
  }),
  /** Without `channelId`: of all channels. `messageId`: the message that said so. */
  'contact.opt_out': z.object({ channelId: id.optional(), reason, messageId: id.optional() }),
  'contact.opt_in': z.object({ channelId: id.optional(), messageId: id.optional() }),
  /** Takes back an opt-out that a compensated saga had read out of its message. */
  'contact.undo_opt_out': z.object({ channelId: id.nullable(), optedOutAt: at }),
  /** Takes back an opt-in that a compensated saga had read out of its message; `lifted` is what it had ended. */
  'contact.undo_opt_in': z.object({ lifted: z.array(optOut).max(100) }),
  /** The primary's part of a merge: takes of the others what the strategy says. */
  'contact.merge': z.object({ strategy: z.enum(mergeStrategies), contacts: z.array(mergeable).min(1).max(20) }),
  /** The part of each merged contact. */
  'contact.become_merged': merged.extend({ projectId: id }),
  /** Undoes the last merge, the primary's part; `interactionCount` is what the merged ones count together now. */
  'contact.undo_merge': z.object({ interactionCount: count }),
  /** The part of each contact that comes out again; `optOuts` are those the primary gained meanwhile. */
  'contact.restore_merged': merged.extend({ optOuts: z.array(optOut).max(100) }),
  /** Destroys what is personal; `asPartOf` is the contact into which this one was merged, and which is anonymized with it. */
  'contact.anonymize': z.object({ requestedBy: actor, asPartOf: id.optional() }),
  'contact.delete': z.object({}),
});

/** Any command of a contact. */
export type ContactCommand = CommandsOf<typeof contactCommands>;
