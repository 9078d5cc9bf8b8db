// The events of a contact's profile: names, ways to reach and recognise the person, tags, picture, what others know of them.
import { z } from 'zod';
import { customValue } from '../custom-field/commands.ts';
import { event } from '../kernel/define-events.ts';
import { address, at, id, label, map, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { contactId, someChannel, someContact, someTime } from './event-examples.ts';

/** The fields of a profile that can be emptied. */
export const clearableFields = ['email', 'phone', 'language', 'timezone', 'profilePictureUrl'] as const;

/** The rows; part of `contactEvents`. */
export const profileEvents = {
  'contact.updated': event({
    version: 1,
    summary:
      'Fields of the profile were changed: the named ones have events of their own beside it, but those in `cleared`, which are empty now; custom ones (`custom.plan`) have their values in `customFields`; null: taken away.',
    data: z.object({
      contactId,
      updatedAt: at,
      changes: z.array(z.string()),
      cleared: z.array(z.enum(clearableFields)).optional(),
      customFields: pii(z.record(z.string(), customValue.nullable())).optional(),
    }),
    webhooks: ['contact.updated'],
    timeline: 'profile',
    example: { contactId: someContact, updatedAt: someTime, changes: ['email', 'language'] },
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
    summary:
      'An id under which an outside system knows the person was learnt (for WhatsApp: the hidden id); `undone` takes it away.',
    data: z.object({
      contactId,
      externalId: pii(z.string().min(1).max(200)),
      source: label,
      undone: z.literal(true).optional(),
    }),
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
  'contact.tags_cleared': event({
    version: 1,
    summary: 'All tags were removed; the event names those that were there.',
    data: z.object({ contactId, tags: z.array(label) }),
    webhooks: ['contact.tags_cleared'],
    timeline: 'tags',
    example: { contactId: someContact, tags: ['vip', 'newsletter'] },
  }),
  'contact.profile_picture_updated': event({
    version: 1,
    summary: 'The profile picture was set or replaced.',
    data: z.object({ contactId, tenantId, profilePictureUrl: pii(address), fetchedAt: at }),
    webhooks: ['contact.profile_picture_updated'],
    timeline: 'profile',
    example: {
      contactId: someContact,
      tenantId: 'demo',
      profilePictureUrl: 'https://pps.example.com/v/ana.jpg',
      fetchedAt: someTime,
    },
  }),
  'contact.enriched': event({
    version: 1,
    summary: 'An outside source told what it knows of the person; it takes the place of what it had told before.',
    data: z.object({ contactId, enrichmentSource: label, enrichedData: pii(map), enrichedAt: at }),
    webhooks: ['contact.enriched'],
    timeline: 'enrichment',
    example: {
      contactId: someContact,
      enrichmentSource: 'clearbit',
      enrichedData: { company: 'Padaria Souza', role: 'owner' },
      enrichedAt: someTime,
    },
  }),
} as const;
