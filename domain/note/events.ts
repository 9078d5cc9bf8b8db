// The events of a note. What it says is personal: sealed by the contact's data key.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';

/** Who can write a note. */
export const authorTypes = ['agent', 'user', 'integration', 'automation', 'system'] as const;
/** What a note can be about. */
export const noteTypes = ['general', 'follow_up', 'complaint', 'resolution', 'escalation', 'summary'] as const;
/** How much a note matters. */
export const notePriorities = ['low', 'normal', 'high', 'urgent'] as const;

/** What a note says: 1 to 10,000 characters. */
export const noteContent = pii(z.string().min(1).max(10_000));
/** For whom a note is, and by when something is to be done. */
export const noteTask = { forAgentId: id, dueAt: at };
const note = { noteId: id, contactId: id };
const someNote = {
  noteId: '018f5a10-0000-7000-8000-00000000000e',
  contactId: '018f5a10-0000-7000-8000-000000000001',
};
const someone = '018f5a10-0000-7000-8000-000000000006';

export const noteEvents = defineEvents('note', {
  'note.added': event({
    version: 1,
    summary: 'A note about a contact was written.',
    data: z.object({
      ...note,
      sessionId: id.optional(),
      authorId: id,
      authorType: z.enum(authorTypes),
      content: noteContent,
      noteType: z.enum(noteTypes),
      priority: z.enum(notePriorities),
      forAgentId: noteTask.forAgentId.optional(),
      dueAt: noteTask.dueAt.optional(),
    }),
    webhooks: ['note.added'],
    timeline: 'note',
    example: {
      ...someNote,
      authorId: someone,
      authorType: 'agent',
      content: 'Wants a quote by Friday.',
      noteType: 'follow_up',
      priority: 'high',
    },
  }),
  'note.updated': event({
    version: 1,
    summary: 'What a note says, its kind, its priority, for whom it is or when it is due was changed.',
    data: z.object({
      ...note,
      updatedBy: label,
      oldContent: noteContent,
      newContent: noteContent,
      noteType: z.enum(noteTypes).optional(),
      priority: z.enum(notePriorities).optional(),
      forAgentId: noteTask.forAgentId.nullable().optional(),
      dueAt: noteTask.dueAt.nullable().optional(),
    }),
    webhooks: ['note.updated'],
    timeline: 'note',
    example: {
      ...someNote,
      updatedBy: someone,
      oldContent: 'Wants a quote by Friday.',
      newContent: 'Wants a quote by Monday.',
    },
  }),
  'note.deleted': event({
    version: 1,
    summary: 'A note was deleted.',
    data: z.object({ ...note, deletedBy: label }),
    webhooks: ['note.deleted'],
    timeline: 'note',
    example: { ...someNote, deletedBy: someone },
  }),
  'note.pinned': event({
    version: 1,
    summary: 'A note was pinned to the top, or unpinned.',
    data: z.object({ ...note, pinned: z.boolean(), pinnedBy: label }),
    webhooks: ['note.pinned'],
    timeline: 'note',
    example: { ...someNote, pinned: true, pinnedBy: someone },
  }),
});

/** Any event of a note. */
export type NoteEvent = EventsOf<typeof noteEvents>;
