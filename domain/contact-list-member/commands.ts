// What can be asked of a contact's place in a list: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id } from '../kernel/fields.ts';

export const contactListMemberCommands = defineCommands({
  'contact_list_member.add': z.object({ memberId: id, projectId: id, listId: id, contactId: id }),
  'contact_list_member.remove': z.object({}),
});

/** Any command of a contact's place in a list. */
export type ContactListMemberCommand = CommandsOf<typeof contactListMemberCommands>;
