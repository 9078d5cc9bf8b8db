// A live stream (server-sent events): looks again and again, beats, and ends when the caller, its key or the process is gone.
import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { DomainError } from '../domain/kernel/errors.ts';
import { untilAny } from '../platform/until-any.ts';
import type { ApiEnv } from './api-deps.ts';
import { isStillLetIn } from './caller.ts';

/** What a stream tells. `next` is asked for before each look, and waited for after one that found nothing. */
export type LiveStream = {
  readonly name: string;
  readonly begin: (stream: SSEStreamingApi) => Promise<void>;
  /** Sends what is new; false when there was nothing. */
  readonly look: (stream: SSEStreamingApi) => Promise<boolean>;
  readonly next: (signal: AbortSignal) => Promise<void>;
};

const heartbeatMs = 15_000;
const atMost = 500;
let open = 0;

/** Throws unavailable when the process has too many streams open already. */
export function requireRoom(): void {
  if (open >= atMost) throw new DomainError('unavailable', 'Too many streams are open here: try again in a moment.');
}

/** Answers with the stream. */
export function openStream(c: Context<ApiEnv>, live: LiveStream): Response {
  const deps = c.get('deps');
  const caller = c.get('caller');
  const ended = new AbortController();
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    stream.onAbort(() => ended.abort());
    await untilAny([deps.stopping, ended.signal], (signal) => send(stream, signal));
  });

  async function send(stream: SSEStreamingApi, signal: AbortSignal): Promise<void> {
    open += 1;
    deps.measures.openStreams.set(open);
    try {
      await live.begin(stream);
      let beatAt = performance.now() + heartbeatMs;
      while (!signal.aborted) {
        const next = live.next(signal);
        const found = await live.look(stream);
        if (performance.now() >= beatAt) {
          if (!(await isStillLetIn(deps, caller))) return;
          await stream.write(': still here\n\n');
          beatAt = performance.now() + heartbeatMs;
        }
        if (!found) await next;
      }
    } catch (error) {
      // The caller comes back; the answer's status is long sent.
      deps.log.warn({ err: error }, `${live.name} stream ended`);
    } finally {
      open -= 1;
      deps.measures.openStreams.set(open);
    }
  }
}
