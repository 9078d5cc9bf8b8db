// The note: what people and programs write down about a contact. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { isSameMoment } from '../kernel/time.ts';
import type { NoteCommand } from './commands.ts';
import type { authorTypes, NoteEvent, notePriorities, noteTypes } from './events.ts';

/** A note's state; `deletedAt` set means it is gone for everyone but the log. Times are ISO 8601. */
export type Note = {
  readonly id: string;
  readonly projectId: string;
  readonly contactId: string;
  readonly sessionId: string | null;
  readonly authorId: string;
  readonly authorType: (typeof authorTypes)[number];
  readonly content: string;
  readonly noteType: (typeof noteTypes)[number];
  readonly priority: (typeof notePriorities)[number];
  readonly forAgentId: string | null;
  readonly dueAt: string | null;
  readonly pinned: boolean;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly deletedAt: string | null;
};

export const note = defineAggregate<Note, NoteCommand, NoteEvent>({
  aggregate: 'note',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    contactId: '',
    sessionId: null,
    authorId: '',
    authorType: 'agent',
    content: '',
    noteType: 'general',
    priority: 'normal',
    forAgentId: null,
    dueAt: null,
    pinned: false,
    createdAt: null,
    updatedAt: null,
    deletedAt: null,
  }),
  decide,
  evolve,
});

const changeable = ['noteType', 'priority', 'forAgentId', 'dueAt'] as const;

function decide(command: NoteCommand, state: Note): NoteEvent[] {
  if (command.type === 'note.add') {
    if (state.createdAt !== null) throw violated('note_exists', 'A note with this id exists already.');
    const { projectId: _, ...data } = command.data;
    return [{ type: 'note.added', data }];
  }
  if (state.createdAt === null || state.deletedAt !== null)
    throw new DomainError('not_found', 'There is no such note.');
  const about = { noteId: state.id, contactId: state.contactId };
  switch (command.type) {
    case 'note.update':
      return update(command.data, state);
    case 'note.delete':
      return [{ type: 'note.deleted', data: { ...about, ...command.data } }];
    case 'note.pin':
    case 'note.unpin': {
      const pinned = command.type === 'note.pin';
      return state.pinned === pinned ? [] : [{ type: 'note.pinned', data: { ...about, pinned, ...command.data } }];
    }
  }
}

function update(data: Extract<NoteCommand, { type: 'note.update' }>['data'], state: Note): NoteEvent[] {
  const { updatedBy, content: newContent = state.content, ...fields } = data;
  const isSame = (name: keyof typeof fields): boolean =>
    name === 'dueAt' ? isSameMoment(fields.dueAt ?? null, state.dueAt) : fields[name] === state[name];
  const differs = (name: keyof typeof fields): boolean => fields[name] !== undefined && !isSame(name);
  const changes = Object.fromEntries(changeable.filter(differs).map((name) => [name, fields[name]]));
  if (newContent === state.content && Object.keys(changes).length === 0) return [];
  const { id: noteId, contactId, content: oldContent } = state;
  return [{ type: 'note.updated', data: { noteId, contactId, updatedBy, oldContent, newContent, ...changes } }];
}

function evolve(state: Note, event: NoteEvent, { at, ...command }: NoteCommand): Note {
  switch (event.type) {
    case 'note.added': {
      const { noteId: id, sessionId = null, forAgentId = null, dueAt = null, ...said } = event.data;
      const projectId = command.type === 'note.add' ? command.data.projectId : state.projectId;
      return { ...state, ...said, id, projectId, sessionId, forAgentId, dueAt, createdAt: at };
    }
    case 'note.updated': {
      const { newContent: content, noteType = state.noteType, priority = state.priority } = event.data;
      const { forAgentId = state.forAgentId, dueAt = state.dueAt } = event.data;
      return { ...state, content, noteType, priority, forAgentId, dueAt, updatedAt: at };
    }
    case 'note.deleted':
      return { ...state, deletedAt: at };
    case 'note.pinned':
      return { ...state, pinned: event.data.pinned };
  }
}
