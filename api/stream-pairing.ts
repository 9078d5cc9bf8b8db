// The live pairing of a channel: tells it as it is, then each change, a new QR code among them. Looks every second.
import type { Context } from 'hono';
import { isSameJson } from '../domain/kernel/same-json.ts';
import { pause } from '../platform/pause.ts';
import type { ApiEnv } from './api-deps.ts';
import { openStream, requireRoom } from './live-stream.ts';

const lookEveryMs = 1_000;

/** Answers with the stream of what `read` gives. */
export async function streamPairing(c: Context<ApiEnv>, read: () => Promise<object>): Promise<Response> {
  requireRoom();
  // A channel that is not there is refused before the stream begins.
  let shown = await read();
  const tell = (pairing: object) => ({ event: 'pairing', data: JSON.stringify(pairing) });
  return openStream(c, {
    name: 'pairing',
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
