// The events of a contact. The contact is event-sourced: these rows hold everything its state is made of.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label, reason, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { older } from '../kernel/versions.ts';
import { contactId, someChannel, someContact, someTime } from './event-examples.ts';
import { mergedAttributes, mergedProfile, mergeStrategies, optOut } from './merge-fields.ts';
import { placeEvents } from './place-events.ts';
import { profileEvents } from './profile-events.ts';

const createdV1 = z.object({ contactId, projectId: id, tenantId, name: pii(label), createdAt: at });
const someCreated = {
  contactId: someContact,
  projectId: '018f5a10-0000-7000-8000-000000000003',
  tenantId: 'demo',
  name: 'Ana Souza',
  createdAt: someTime,
};
/** `display` is what the person is called; the parts are null where the source told no parts, as WhatsApp does. Each is sealed apart. */
const name = z.object({ given: pii(label).nullable(), family: pii(label).nullable(), display: pii(label) });
type CreatedV2 = Omit<z.infer<typeof createdV1>, 'name'> & { readonly name: z.infer<typeof name> };

export const contactEvents = defineEvents('contact', {
  'contact.created': event({
    version: 2,
    summary: 'A person became known to the project.',
    data: createdV1.extend({ name }),
    older: [
      older({
        data: createdV1,
        example: someCreated,
        upcast: ({ name: display, ...data }) => ({ ...data, name: { given: null, family: null, display } }),
        downcast: ({ name: { display }, ...data }: CreatedV2) => ({ ...data, name: display }),
        deprecated: {
          since: '2026-11-23',
          until: '2027-11-23',
          why: 'whoever needs a first or a last name had to guess it out of the whole one',
        },
      }),
    ],
    webhooks: ['contact.created'],
    timeline: 'lifecycle',
    example: { ...someCreated, name: { given: 'Ana', family: 'Souza', display: 'Ana Souza' } },
  }),
  'contact.deleted': event({
    version: 1,
    summary: 'The contact was deleted, by a person or because the saga that made it was compensated.',
    data: z.object({ contactId, deletedAt: at }),
    webhooks: ['contact.deleted'],
    timeline: 'lifecycle',
    example: { contactId: someContact, deletedAt: someTime },
  }),
  'contact.merged': event({
    version: 1,
    summary:
      'Contacts were merged into one, or (`undone`) taken apart again. In the primary with what changed of it; each merged contact has a copy of its own, with `contactId`, that is no webhook.',
    data: z.object({
      primaryContactId: id,
      mergedContactIds: z.array(id),
      mergeStrategy: z.enum(mergeStrategies),
      mergedAt: at,
      contactId: contactId.optional(),
      undone: z.literal(true).optional(),
      profile: pii(mergedProfile).optional(),
      attributes: mergedAttributes.optional(),
    }),
    webhooks: {
      names: ['contact.merged'],
      choose: ({ contactId }) => (contactId === undefined ? 'contact.merged' : undefined),
    },
    timeline: 'lifecycle',
    example: {
      primaryContactId: someContact,
      mergedContactIds: ['018f5a10-0000-7000-8000-000000000008'],
      mergeStrategy: 'union',
      mergedAt: someTime,
      profile: { email: 'ana@example.com' },
      attributes: { tags: ['vip'], interactionCount: 7 },
    },
  }),
  'contact.anonymized': event({
    version: 1,
    summary: 'Everything personal was destroyed for good, here and in the past; what is left counts in statistics.',
    data: z.object({ contactId, requestedBy: z.string(), anonymizedAt: at }),
    webhooks: ['contact.anonymized'],
    timeline: 'lifecycle',
    example: { contactId: someContact, requestedBy: 'privacy desk', anonymizedAt: someTime },
  }),
  ...profileEvents,
  ...placeEvents,
  'contact.opted_out': event({
    version: 1,
    summary:
      'The person wants no more messages: on one channel, or (no `channelId`) on none. `messageId`: they said so by a word; `undone` takes back what a compensated saga had read.',
    data: z.object({
      contactId,
      channelId: id.optional(),
      reason,
      optedOutAt: at,
      messageId: id.optional(),
      undone: z.literal(true).optional(),
    }),
    webhooks: ['contact.opted_out'],
    timeline: 'engagement',
    example: { contactId: someContact, channelId: someChannel, reason: 'reply_word', optedOutAt: someTime },
  }),
  'contact.opted_in': event({
    version: 1,
    summary:
      'The person wants messages again: on one channel, or (no `channelId`) on all. `undone` takes back what a compensated saga had read, and `restored` says which opt-outs hold again.',
    data: z.object({
      contactId,
      channelId: id.optional(),
      optedInAt: at,
      messageId: id.optional(),
      undone: z.literal(true).optional(),
      restored: z.array(optOut).optional(),
    }),
    webhooks: ['contact.opted_in'],
    timeline: 'engagement',
    example: { contactId: someContact, channelId: someChannel, optedInAt: someTime },
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
