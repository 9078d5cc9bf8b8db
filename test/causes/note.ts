// How the events of notes come about.
import { byHttp, type Causes } from './cause.ts';
import { newContact } from './things.ts';

/** Calls on a new note, one after the other. */
const onNote = (...calls: readonly (readonly ['POST' | 'PATCH' | 'DELETE', string, unknown?])[]) =>
  byHttp(async (world) => {
    const contactId = await newContact(world);
    const { id } = await world.call('POST', '/v1/notes', { contactId, content: 'Wants a quote by Friday.' });
    for (const [method, below, body] of calls) await world.call(method, `/v1/notes/${id}${below}`, body);
  });

export const noteCauses: Causes = {
  'note.added': onNote(),
  'note.updated': onNote(['PATCH', '', { content: 'Wants a quote by Monday.' }]),
  'note.deleted': onNote(['DELETE', '']),
  'note.pinned': onNote(['POST', '/pin']),
};
