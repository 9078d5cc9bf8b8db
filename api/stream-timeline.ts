// The live timeline: looks whenever the bell rings, and every second in any case; ends when the caller, its key or the process is gone.
import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { parseStreamPosition, readStream, streamStart } from '../db/queries/timeline.ts';
import { DomainError } from '../domain/kernel/errors.ts';
import { untilAny } from '../platform/until-any.ts';
import type { ApiEnv } from './api-deps.ts';
import type { ReadContext } from './call-context.ts';
import { isStillLetIn } from './caller.ts';
import { invalid } from './problem.ts';

const lookEveryMs = 1_000;
const heartbeatMs = 15_000;
const atMost = 500;
let open = 0;

/** Answers with the stream; `Last-Event-ID` resumes, without it only what is new from now on is sent. */
export async function streamTimeline(
  c: Context<ApiEnv>,
  contactIds: readonly string[],
  read: ReadContext['read'],
): Promise<Response> {
  const deps = c.get('deps');
  const caller = c.get('caller');
  const last = c.req.header('last-event-id');
  const resumed = last === undefined || last === '' ? undefined : parseStreamPosition(last);
  if (last && resumed === undefined)
    throw invalid('header', [
      { path: ['Last-Event-ID'], message: 'must be an id that this stream sent, or be left out' },
    ]);
  if (open >= atMost) throw new DomainError('unavailable', 'Too many streams are open here: try again in a moment.');
  let position = resumed ?? (await read(streamStart));
  const ended = new AbortController();
  const { keysOf } = deps.database;

  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    stream.onAbort(() => ended.abort());
    await untilAny([deps.stopping, ended.signal], (signal) => send(stream, signal));
  });

  async function send(stream: SSEStreamingApi, signal: AbortSignal): Promise<void> {
    open += 1;
    deps.measures.openStreams.set(open);
    try {
      await stream.writeSSE({ event: 'ready', id: position, data: '{}', retry: 2_000 });
      let beatAt = performance.now() + heartbeatMs;
      while (!signal.aborted) {
        const bell = deps.timelineBell.next(lookEveryMs, signal);
        const found = await read((tx) => readStream(tx, keysOf, contactIds, position));
        for (const { position: id, entry } of found) {
          await stream.writeSSE({ event: 'timeline', id, data: JSON.stringify(entry) });
          position = id;
        }
        if (performance.now() >= beatAt) {
          if (!(await isStillLetIn(deps, caller))) return;
          await stream.write(': still here\n\n');
          beatAt = performance.now() + heartbeatMs;
        }
        if (found.length === 0) await bell;
      }
    } catch (error) {
      // The caller comes back with Last-Event-ID; the answer's status is long sent.
      deps.log.warn({ err: error }, 'timeline stream ended');
    } finally {
      open -= 1;
      deps.measures.openStreams.set(open);
    }
  }
}
