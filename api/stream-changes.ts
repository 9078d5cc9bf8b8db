// A live stream of one thing: tells it as it is, then each change. Looks every second.
import type { Context } from 'hono';
import { isSameJson } from '../domain/kernel/same-json.ts';
import { pause } from '../platform/pause.ts';
import type { ApiEnv } from './api-deps.ts';
import { openStream, requireRoom } from './live-stream.ts';

const lookEveryMs = 1_000;

/** Answers with the stream of what `read` gives, as events of this name. */
export async function streamChanges(c: Context<ApiEnv>, name: string, read: () => Promise<object>): Promise<Response> {
  requireRoom();
  // What is not there is refused before the stream begins.
  let shown = await read();
  const tell = (thing: object) => ({ event: name, data: JSON.stringify(thing) });
  return openStream(c, {
    name,
    begin: (stream) => stream.writeSSE({ ...tell(shown), retry: 2_000 }),
    async look(stream) {
      const now = await read();
      if (isSameJson(now, shown)) return false;
      await stream.writeSSE(tell(now));
      shown = now;
      return true;
    },
    next: (signal) => pause(lookEveryMs, signal),
  });
}
