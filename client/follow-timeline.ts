// A contact's timeline as it grows. A stream that is cut off goes on where it was: nothing is passed over or repeated.
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { TimelineEntry } from './api-types.ts';
import type { ApiClient } from './create-client.ts';
import { pause } from './retrying-fetch.ts';

/** An entry; `position` is where to go on after it. */
export type Followed = { readonly position: string; readonly entry: TimelineEntry };

const reconnectMs = 1_000;

/** Follows until the signal is aborted; from now on, or from after a position that came before. Throws ApiProblem when the API refuses. */
export async function* followTimeline(
  api: ApiClient,
  contactId: string,
  { signal, after }: { readonly signal: AbortSignal; readonly after?: string | undefined },
): AsyncGenerator<Followed, void> {
  let position = after;
  while (!signal.aborted) {
    try {
      for await (const { event, id, data } of streamed(api, contactId, { signal, position })) {
        position = id ?? position;
        if (event === 'timeline' && position !== undefined)
          yield { position, entry: JSON.parse(data) as TimelineEntry };
      }
      await pause(reconnectMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
  }
}

/** The messages of one connection, until it ends or breaks. */
async function* streamed(
  api: ApiClient,
  id: string,
  { signal, position }: { readonly signal: AbortSignal; readonly position: string | undefined },
): AsyncGenerator<EventSourceMessage, void> {
  const { data } = await api.GET('/v1/contacts/{id}/timeline/stream', {
    params: { path: { id } },
    headers: position === undefined ? {} : { 'Last-Event-ID': position },
    parseAs: 'stream',
    signal,
  });
  const waiting: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => waiting.push(message) });
  const decoder = new TextDecoder();
  const reader = data?.getReader();
  try {
    while (reader) {
      // A connection that breaks has ended.
      const read = await reader.read().catch(() => undefined);
      if (read === undefined || read.done) return;
      parser.feed(decoder.decode(read.value, { stream: true }));
      yield* waiting.splice(0);
    }
  } finally {
    await reader?.cancel().catch(() => {});
  }
}
