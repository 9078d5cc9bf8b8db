// A note as it is read.
import { z } from '@hono/zod-openapi';
import { authorTypes, notePriorities, noteTypes } from '../../domain/note/events.ts';
import { erased, moment, sequence, uuid } from './common.ts';

/** A note. */
export const noteSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    contactId: uuid,
    sessionId: uuid.nullable(),
    authorId: uuid,
    authorType: z.enum(authorTypes),
    content: z.string().nullable(),
    noteType: z.enum(noteTypes),
    priority: z.enum(notePriorities),
    forAgentId: uuid.nullable().openapi({ description: 'The agent who is to see to it.' }),
    dueAt: moment.nullable(),
    pinned: z.boolean(),
    createdAt: moment,
    updatedAt: moment.nullable(),
    sequence,
    erased,
  })
  .openapi('Note');
