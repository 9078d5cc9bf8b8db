// What can be asked of a note: one schema per command. `…By` is the id of who asks.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, label } from '../kernel/fields.ts';
import { authorTypes, noteContent, notePriorities, noteTask, noteTypes } from './events.ts';

export const noteCommands = defineCommands({
  /** Writes a note about a contact; `sessionId` is a session of this contact, `forAgentId` who is to see to it. */
  'note.add': z.object({
    noteId: id,
    projectId: id,
    contactId: id,
    sessionId: id.optional(),
    authorId: id,
    authorType: z.enum(authorTypes),
    content: noteContent,
    noteType: z.enum(noteTypes).default('general'),
    priority: z.enum(notePriorities).default('normal'),
    forAgentId: noteTask.forAgentId.optional(),
    dueAt: noteTask.dueAt.optional(),
  }),
  /** Changes what is given; null takes it away. */
  'note.update': z.object({
    content: noteContent.optional(),
    noteType: z.enum(noteTypes).optional(),
    priority: z.enum(notePriorities).optional(),
    forAgentId: noteTask.forAgentId.nullable().optional(),
    dueAt: noteTask.dueAt.nullable().optional(),
    updatedBy: label,
  }),
  'note.delete': z.object({ deletedBy: label }),
  'note.pin': z.object({ pinnedBy: label }),
  'note.unpin': z.object({ pinnedBy: label }),
});

/** Any command of a note. */
export type NoteCommand = CommandsOf<typeof noteCommands>;
