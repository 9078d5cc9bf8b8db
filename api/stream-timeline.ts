// The live timeline: looks whenever the bell rings, and every second in any case.
import type { Context } from 'hono';
import { parseStreamPosition, readStream, streamStart } from '../db/queries/timeline.ts';
import type { ApiEnv } from './api-deps.ts';
import type { ReadContext } from './call-context.ts';
import { openStream, requireRoom } from './live-stream.ts';
import { invalid } from './problem.ts';

const lookEveryMs = 1_000;

/** Answers with the stream; `Last-Event-ID` resumes, without it only what is new from now on is sent. */
export async function streamTimeline(
  c: Context<ApiEnv>,
  contactIds: readonly string[],
  read: ReadContext['read'],
): Promise<Response> {
  const { database, timelineBell } = c.get('deps');
  const last = c.req.header('last-event-id');
  const resumed = last === undefined || last === '' ? undefined : parseStreamPosition(last);
  if (last && resumed === undefined)
    throw invalid('header', [
      { path: ['Last-Event-ID'], message: 'must be an id that this stream sent, or be left out' },
    ]);
  requireRoom();
  let position = resumed ?? (await read(streamStart));
  return openStream(c, {
    name: 'timeline',
    begin: (stream) => stream.writeSSE({ event: 'ready', id: position, data: '{}', retry: 2_000 }),
    async look(stream) {
      const found = await read((tx) => readStream(tx, database.keysOf, contactIds, position));
      for (const { position: id, entry } of found) {
        await stream.writeSSE({ event: 'timeline', id, data: JSON.stringify(entry) });
        position = id;
      }
      return found.length > 0;
    },
    next: (signal) => timelineBell.next(lookEveryMs, signal),
  });
}
