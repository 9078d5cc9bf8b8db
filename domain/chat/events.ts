// The events of a chat. Ids of outside people and groups are personal: sealed by the contact's data key in an individual chat, by the chat's own in a group.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';

/** Who talks in a chat: one person, several, or one to many. */
export const chatTypes = ['individual', 'group', 'channel'] as const;
/** What a participant is to the project. */
export const participantTypes = ['contact', 'agent', 'unknown'] as const;
/** What a participant may do in a group; promoting and demoting moves between member and admin. */
export const participantRoles = ['member', 'admin', 'superadmin'] as const;

const chatId = id;
const participantId = pii(z.string().min(1).max(200));
const someChat = '018f5a10-0000-7000-8000-000000000008';
const somePerson = '018f5a10-0000-7000-8000-000000000001';

export const chatEvents = defineEvents('chat', {
  'chat.created': event({
    version: 1,
    summary: 'A chat became known: with one person, a group, or a broadcasting channel.',
    data: z.object({
      chatId,
      projectId: id,
      tenantId,
      chatType: z.enum(chatTypes),
      externalId: pii(z.string().min(1).max(200)),
    }),
    webhooks: ['chat.created'],
    example: {
      chatId: someChat,
      projectId: '018f5a10-0000-7000-8000-000000000003',
      tenantId: 'demo',
      chatType: 'group',
      externalId: '120363000000000001@g.us',
    },
  }),
  'chat.subject_updated': event({
    version: 1,
    summary: "The chat's name was changed.",
    data: z.object({ chatId, oldSubject: z.string().optional(), newSubject: z.string() }),
    webhooks: ['chat.subject_updated'],
    example: { chatId: someChat, oldSubject: 'Orders', newSubject: 'Orders and returns' },
  }),
  'chat.description_updated': event({
    version: 1,
    summary: "The chat's description was changed.",
    data: z.object({ chatId, description: z.string() }),
    webhooks: ['chat.description_updated'],
    example: { chatId: someChat, description: 'Ask here about your order.' },
  }),
  'chat.participant_added': event({
    version: 1,
    summary: 'Someone joined the chat or was found in it.',
    data: z.object({
      chatId,
      participantId,
      participantType: z.enum(participantTypes),
      role: z.enum(participantRoles),
    }),
    webhooks: ['chat.participant_added'],
    example: { chatId: someChat, participantId: somePerson, participantType: 'contact', role: 'member' },
  }),
  'chat.participant_removed': event({
    version: 1,
    summary: 'Someone left the chat or was removed from it.',
    data: z.object({ chatId, participantId }),
    webhooks: ['chat.participant_removed'],
    example: { chatId: someChat, participantId: somePerson },
  }),
  'chat.participant_promoted': event({
    version: 1,
    summary: 'A participant became an admin.',
    data: z.object({ chatId, participantId }),
    webhooks: ['chat.participant_promoted'],
    example: { chatId: someChat, participantId: somePerson },
  }),
  'chat.participant_demoted': event({
    version: 1,
    summary: 'An admin became an ordinary member.',
    data: z.object({ chatId, participantId }),
    webhooks: ['chat.participant_demoted'],
    example: { chatId: someChat, participantId: somePerson },
  }),
  'chat.label_added': event({
    version: 1,
    summary: "One of the channel's labels was put on the chat.",
    data: z.object({ chatId, labelId: label }),
    webhooks: ['chat.label_added'],
    example: { chatId: someChat, labelId: '7' },
  }),
  'chat.label_removed': event({
    version: 1,
    summary: 'A label was taken off the chat.',
    data: z.object({ chatId, labelId: label }),
    webhooks: ['chat.label_removed'],
    example: { chatId: someChat, labelId: '7' },
  }),
  'chat.archived': event({
    version: 1,
    summary: 'The chat was put aside; a new message may bring it back.',
    data: z.object({ chatId }),
    webhooks: ['chat.archived'],
    example: { chatId: someChat },
  }),
  'chat.unarchived': event({
    version: 1,
    summary: 'The chat was brought back from the archive.',
    data: z.object({ chatId }),
    webhooks: ['chat.unarchived'],
    example: { chatId: someChat },
  }),
  'chat.closed': event({
    version: 1,
    summary: 'The chat is over for good: it was left, dissolved, or the saga that made it was compensated.',
    data: z.object({ chatId, closedAt: at }),
    webhooks: ['chat.closed'],
    example: { chatId: someChat, closedAt: '2026-01-31T12:00:00.000Z' },
  }),
});

/** Any event of a chat. */
export type ChatEvent = EventsOf<typeof chatEvents>;
