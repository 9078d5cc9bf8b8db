// The events of a contact. The contact is event-sourced: these rows hold everything its state is made of.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';

const contactId = id;
const someContact = '018f5a10-0000-7000-8000-000000000001';
const someChannel = '018f5a10-0000-7000-8000-000000000002';
const someTime = '2026-01-31T12:00:00.000Z';

export const contactEvents = defineEvents('contact', {
  'contact.created': event({
    version: 1,
    summary: 'A person became known to the project.',
    data: z.object({ contactId, projectId: id, tenantId, name: pii(label), createdAt: at }),
    webhooks: ['contact.created'],
    timeline: 'lifecycle',
    example: {
      contactId: someContact,
      projectId: '018f5a10-0000-7000-8000-000000000003',
      tenantId: 'demo',
      name: 'Ana Souza',
      createdAt: someTime,
    },
  }),
  'contact.updated': event({
    version: 1,
    summary: 'Fields of the profile were changed; the named ones have events of their own beside it.',
    data: z.object({ contactId, updatedAt: at, changes: z.array(z.string()) }),
    webhooks: ['contact.updated'],
    timeline: 'profile',
    example: { contactId: someContact, updatedAt: someTime, changes: ['email', 'language'] },
  }),
  'contact.deleted': event({
    version: 1,
    summary: 'The contact was deleted, by a person or because the saga that made it was compensated.',
    data: z.object({ contactId, deletedAt: at }),
    webhooks: ['contact.deleted'],
    timeline: 'lifecycle',
    example: { contactId: someContact, deletedAt: someTime },
  }),
  'contact.name_changed': event({
    version: 1,
    summary: 'The name was changed.',
    data: z.object({ contactId, oldName: pii(label), newName: pii(label), changedBy: z.string().optional() }),
    webhooks: ['contact.name_changed'],
    timeline: 'profile',
    example: { contactId: someContact, oldName: 'Ana', newName: 'Ana Souza' },
  }),
  'contact.email_set': event({
    version: 1,
    summary: 'An e-mail address was set.',
    data: z.object({ contactId, email: pii(z.email()), verified: z.boolean() }),
    webhooks: ['contact.email_set'],
    timeline: 'profile',
    example: { contactId: someContact, email: 'ana@example.com', verified: false },
  }),
  'contact.phone_set': event({
    version: 1,
    summary: 'A phone number was set; for a messaging contact it is one of the ways to recognise the person.',
    data: z.object({ contactId, phone: pii(z.string().min(3).max(32)), verified: z.boolean() }),
    webhooks: ['contact.phone_set'],
    timeline: 'profile',
    example: { contactId: someContact, phone: '5511900000001', verified: true },
  }),
  'contact.external_id_set': event({
    version: 1,
    summary: 'An id under which an outside system knows the person was learnt (for WhatsApp: the hidden id).',
    data: z.object({ contactId, externalId: pii(z.string().min(1).max(200)), source: label }),
    webhooks: ['contact.external_id_set'],
    timeline: 'profile',
    example: { contactId: someContact, externalId: '100000000000001@lid', source: 'whatsapp_lid' },
  }),
  'contact.tag_added': event({
    version: 1,
    summary: 'A tag was added.',
    data: z.object({ contactId, tag: label }),
    webhooks: ['contact.tag_added'],
    timeline: 'tags',
    example: { contactId: someContact, tag: 'vip' },
  }),
  'contact.tag_removed': event({
    version: 1,
    summary: 'A tag was removed.',
    data: z.object({ contactId, tag: label }),
    webhooks: ['contact.tag_removed'],
    timeline: 'tags',
    example: { contactId: someContact, tag: 'vip' },
  }),
  'contact.language_changed': event({
    version: 1,
    summary: 'The preferred language was changed (BCP 47).',
    data: z.object({ contactId, oldLanguage: z.string().optional(), newLanguage: z.string() }),
    webhooks: ['contact.language_changed'],
    timeline: 'profile',
    example: { contactId: someContact, newLanguage: 'pt-BR' },
  }),
  'contact.timezone_set': event({
    version: 1,
    summary: 'The time zone was set (IANA name).',
    data: z.object({ contactId, timezone: z.string() }),
    webhooks: ['contact.timezone_set'],
    timeline: 'profile',
    example: { contactId: someContact, timezone: 'America/Sao_Paulo' },
  }),
  'contact.source_channel_set': event({
    version: 1,
    summary: 'The channel through which the person first came was noted.',
    data: z.object({ contactId, channelId: id, sourceChannel: label }),
    webhooks: ['contact.source_channel_set'],
    timeline: 'profile',
    example: { contactId: someContact, channelId: someChannel, sourceChannel: 'waha' },
  }),
  'contact.interaction_recorded': event({
    version: 1,
    summary: 'The person and the project were in touch; `undone` takes back one that a compensated saga had recorded.',
    data: z.object({
      contactId,
      interactionType: label,
      channelId: id.optional(),
      isFirstInteraction: z.boolean(),
      interactedAt: at,
      messageId: id.optional(),
      undone: z.literal(true).optional(),
      lastInteractionAt: at.nullable().optional(),
    }),
    webhooks: [],
    timeline: 'engagement',
    example: {
      contactId: someContact,
      interactionType: 'message_received',
      channelId: someChannel,
      isFirstInteraction: true,
      interactedAt: someTime,
    },
  }),
  'tracking.message.meta_ads': event({
    version: 1,
    summary: 'A message came from a click-to-WhatsApp advert.',
    data: z.object({
      contactId,
      sessionId: id.optional(),
      messageId: id,
      conversionSource: z.string(),
      conversionApp: z.string().optional(),
      adSourceType: z.string(),
      adSourceId: z.string(),
      adSourceApp: z.string().optional(),
      adSourceUrl: z.string().optional(),
      headline: z.string().optional(),
      body: pii(z.string()).optional(),
      ctwaClickId: z.string().optional(),
      conversionData: z.string().optional(),
      trackedAt: at,
    }),
    webhooks: ['tracking.ad_conversion'],
    timeline: 'tracking',
    example: {
      contactId: someContact,
      messageId: '018f5a10-0000-7000-8000-000000000004',
      conversionSource: 'FB_Ads',
      adSourceType: 'ad',
      adSourceId: '120000000000001',
      trackedAt: someTime,
    },
  }),
});

/** Any event of a contact. */
export type ContactEvent = EventsOf<typeof contactEvents>;
