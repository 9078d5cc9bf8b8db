// Notes: what is written down about a contact. What they say is opened on read.
import { z } from '@hono/zod-openapi';
import { and, eq, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { isPresent } from '../../db/contact-list-members.ts';
import { load } from '../../db/execute.ts';
import { equal } from '../../db/queries/conditions.ts';
import { requireReferences } from '../../db/references.ts';
import { contacts } from '../../db/schema/contacts.ts';
import { notes } from '../../db/schema/notes.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { noteCommands } from '../../domain/note/commands.ts';
import { notePriorities, noteTypes } from '../../domain/note/events.ts';
import { type Route, writeRoute } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { uuid } from '../schemas/common.ts';
import { noteSchema } from '../schemas/note.ts';

const notDeleted = isNull(notes.deletedAt);
const tag = 'notes';
const { answer, list, read, verb, toCreated } = resource({
  definition: aggregates.note,
  name: 'note',
  schemaName: 'Note',
  path: '/v1/notes',
  tag,
  schema: noteSchema,
  hidden: notDeleted,
});

const add = noteCommands['note.add'].omit({ noteId: true, projectId: true, authorId: true, authorType: true });

export const noteRoutes: readonly Route[] = [
  writeRoute({
    ...commandRoutes['note.add'],
    operationId: 'addNote',
    tag,
    summary: 'Writes a note about a contact; its author is the caller',
    body: add.strict(),
    answer: { ...answer, status: 201 },
    handle: async ({ body }, { tx, run, deps, caller }) => {
      const { contactId, sessionId } = body;
      await requireReferences(tx, [
        { path: 'body.contactId', name: 'contact', table: contacts, ids: contactId, only: isPresent },
        {
          path: 'body.sessionId',
          name: 'session of this contact',
          table: sessions,
          ids: sessionId,
          only: eq(sessions.contactId, contactId),
        },
      ]);
      const { projectId } = (await load(deps.database, tx, aggregates.contact, contactId)).state;
      const noteId = deps.database.ids.next();
      const data = {
        ...body,
        noteId,
        projectId,
        authorId: caller.id,
        authorType: caller.kind === 'agent' ? 'agent' : 'integration',
      };
      return toCreated(await run(aggregates.note, noteId, { type: 'note.add', data }));
    },
  }),
  list(
    {
      projectId: uuid.optional(),
      contactId: uuid.optional(),
      sessionId: uuid.optional(),
      noteType: z.enum(noteTypes).optional(),
      priority: z.enum(notePriorities).optional(),
      pinned: z
        .enum(['true', 'false'])
        .transform((text) => text === 'true')
        .optional(),
    },
    (query) =>
      and(
        notDeleted,
        equal(notes.projectId, query.projectId),
        equal(notes.contactId, query.contactId),
        equal(notes.sessionId, query.sessionId),
        equal(notes.noteType, query.noteType),
        equal(notes.priority, query.priority),
        equal(notes.pinned, query.pinned),
      ),
  ),
  read(),
  verb('note.update', commandRoutes['note.update'], {
    operationId: 'updateNote',
    summary: 'Changes what a note says, its kind or priority; what is left out stays',
    body: noteCommands['note.update'].omit({ updatedBy: true }).strict(),
    data: ({ body }, { caller }) => ({ ...body, updatedBy: caller.id }),
  }),
  verb('note.delete', commandRoutes['note.delete'], {
    operationId: 'deleteNote',
    summary: 'Deletes a note; that it was there stays in the log',
    data: (_request, { caller }) => ({ deletedBy: caller.id }),
    gone: true,
  }),
  verb('note.pin', commandRoutes['note.pin'], {
    operationId: 'pinNote',
    summary: 'Pins a note to the top',
    data: (_request, { caller }) => ({ pinnedBy: caller.id }),
  }),
  verb('note.unpin', commandRoutes['note.unpin'], {
    operationId: 'unpinNote',
    summary: 'Unpins a note',
    data: (_request, { caller }) => ({ pinnedBy: caller.id }),
  }),
];
