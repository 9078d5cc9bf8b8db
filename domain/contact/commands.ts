// What can be asked of a contact: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { at, id, label, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';

const name = pii(label);
const email = pii(z.email());
const phone = pii(z.string().regex(/^\+?[0-9]{5,20}$/, 'must be digits, with an optional leading +'));
/** Where an outside id comes from; WhatsApp's hidden id is `whatsapp_lid`. */
const externalId = z.object({ externalId: pii(z.string().min(1).max(200)), source: label });
const timezone = z.string().min(1).max(64);
const language = z.string().min(2).max(35);

export const contactCommands = defineCommands({
  /** Makes a contact; by a saga from a message, or by a person over HTTP. */
  'contact.create': z.object({
    contactId: id,
    projectId: id,
    tenantId,
    name,
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
  /** Changes fields of the profile; only what differs causes events. */
  'contact.update': z.object({
    name: name.optional(),
    email: email.optional(),
    phone: phone.optional(),
    language: language.optional(),
    timezone: timezone.optional(),
    changedBy: z.string().optional(),
  }),
  'contact.add_tag': z.object({ tag: label }),
  'contact.remove_tag': z.object({ tag: label }),
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
  'contact.delete': z.object({}),
});

/** Any command of a contact. */
export type ContactCommand = CommandsOf<typeof contactCommands>;
