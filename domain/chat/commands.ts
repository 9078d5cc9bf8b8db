// What can be asked of a chat: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, label, tenantId } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { chatTypes, participantRoles, participantTypes } from './events.ts';

const participantId = pii(z.string().min(1).max(200));
/** What can happen to a participant. */
const participantChanges = ['add', 'remove', 'promote', 'demote'] as const;
const subject = z.string().min(1).max(500);

export const chatCommands = defineCommands({
  /** Makes a chat; `externalId` is the gateway's id of it, `contactId` the person of an individual chat. */
  'chat.create': z.object({
    chatId: id,
    projectId: id,
    tenantId,
    channelId: id,
    chatType: z.enum(chatTypes),
    externalId: pii(z.string().min(1).max(200)),
    contactId: id.optional(),
    subject: subject.optional(),
  }),
  'chat.set_subject': z.object({ subject }),
  'chat.set_description': z.object({ description: z.string().max(4000) }),
  /** Adds a participant; one who is in the chat already stays as they are. */
  'chat.add_participant': z.object({
    participantId,
    participantType: z.enum(participantTypes),
    role: z.enum(participantRoles),
  }),
  'chat.remove_participant': z.object({ participantId }),
  /**
   * Changes many participants at once, in the order given, each as its own command would. Who rises or falls and is not in the chat yet is
   * added first.
   */
  'chat.change_participants': z.object({
    changes: z
      .array(
        z.object({
          change: z.enum(participantChanges),
          participantId,
          participantType: z.enum(participantTypes),
          role: z.enum(participantRoles),
        }),
      )
      .max(10_000),
  }),
  'chat.promote_participant': z.object({ participantId }),
  'chat.demote_participant': z.object({ participantId }),
  'chat.add_label': z.object({ labelId: label }),
  'chat.remove_label': z.object({ labelId: label }),
  'chat.archive': z.object({}),
  'chat.unarchive': z.object({}),
  'chat.close': z.object({}),
});

/** Any command of a chat. */
export type ChatCommand = CommandsOf<typeof chatCommands>;
