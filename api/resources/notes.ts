// Notes: what is written down about a contact. What they say is opened on read.
import { z } from '@hono/zod-openapi';
import { and, eq, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { isPresent } from '../../db/contact-list-members.ts';
import { load } from '../../db/execute.ts';
import { activeAgent } from '../../db/queries/active-agent.ts';
import { equal } from '../../db/queries/conditions.ts';
import { type Reference, requireReferences } from '../../db/references.ts';
import { contacts } from '../../db/schema/contacts.ts';
import { notes } from '../../db/schema/notes.ts';
import { sessions } from '../../db/schema/sessions.ts';
import { noteCommands } from '../../domain/note/commands.ts';
import { notePriorities, noteTypes } from '../../domain/note/events.ts';
import type { Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { uuid } from '../schemas/common.ts';
import { noteSchema } from '../schemas/note.ts';

const notDeleted = isNull(notes.deletedAt);
const { create, list, read, verb } = resource({
  definition: aggregates.note,
  name: 'note',
  schemaName: 'Note',
  path: '/v1/notes',
  tag: 'notes',
  schema: noteSchema,
  hidden: notDeleted,
});

const add = noteCommands['note.add'].omit({ noteId: true, projectId: true, authorId: true, authorType: true });

/** Whom the note is for: somebody who can see to it. */
const agentOf = ({ forAgentId }: { readonly forAgentId?: string | null | undefined }): Reference[] =>
  forAgentId ? [activeAgent('body.forAgentId', forAgentId)] : [];

export const noteRoutes: readonly Route[] = [
  create('note.add', commandRoutes['note.add'], {
    operationId: 'addNote',
    summary: 'Writes a note about a contact; its author is the caller',
    description: 'With `forAgentId` and `dueAt` it is a task for an agent.',
    idName: 'noteId',
    body: add.strict(),
    references: (body) => {
      const contact = {
        path: 'body.contactId',
        name: 'contact',
        table: contacts,
        ids: body.contactId,
        only: isPresent,
      };
      const only = eq(sessions.contactId, body.contactId);
      const session = { path: 'body.sessionId', name: 'session of this contact', table: sessions, ids: body.sessionId };
      return [contact, { ...session, only }, ...agentOf(body)];
    },
    data: async ({ contactId }, { deps, tx, caller }) => {
      const { projectId } = (await load(deps.database, tx, aggregates.contact, contactId)).state;
      return { projectId, authorId: caller.id, authorType: caller.kind === 'agent' ? 'agent' : 'integration' };
    },
  }),
  list(
    {
      projectId: uuid.optional(),
      contactId: uuid.optional(),
      sessionId: uuid.optional(),
      noteType: z.enum(noteTypes).optional(),
      priority: z.enum(notePriorities).optional(),
      forAgentId: uuid.optional(),
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
        equal(notes.forAgentId, query.forAgentId),
        equal(notes.pinned, query.pinned),
      ),
  ),
  read(),
  verb('note.update', commandRoutes['note.update'], {
    operationId: 'updateNote',
    summary: 'Changes what a note says, its kind, priority, agent or time; what is left out stays',
    body: noteCommands['note.update'].omit({ updatedBy: true }).strict(),
    before: ({ body }, { tx }) => requireReferences(tx, agentOf(body)),
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
