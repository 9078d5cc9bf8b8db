// The note's table. What it says is sealed by the contact's key, and forgotten with the contact.
import type { Note } from '../../domain/note/note.ts';
import { notes } from '../schema/notes.ts';
import { defineStore } from '../state-store.ts';

export const noteStore = defineStore<Note>({
  table: notes,
  columns: {
    id: 'plain',
    projectId: 'plain',
    contactId: 'plain',
    sessionId: 'plain',
    authorId: 'plain',
    authorType: 'plain',
    content: 'sealed',
    noteType: 'plain',
    priority: 'plain',
    forAgentId: 'plain',
    dueAt: 'time',
    pinned: 'plain',
    createdAt: 'time',
    updatedAt: 'time',
    deletedAt: 'time',
  },
  subject: (state) => state.contactId,
  erased: { content: '' },
});
