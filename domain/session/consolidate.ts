// Which session each message of the past belongs to: one it comes close enough to, else a new one. Pure: silence longer than the gap parts two sessions.

/** A session as far as it is known: from its first to its last message, in milliseconds of the epoch. */
export type Span = { readonly id: string; readonly firstMs: number; readonly lastMs: number };

/** What comes of the messages: the session of each, in their order, and all sessions as they are then, the new ones last. */
export type Consolidated = {
  readonly sessionIds: readonly string[];
  readonly spans: readonly (Span & { readonly isNew: boolean })[];
};

/** Gives each moment (ascending, in milliseconds) its session: the nearest known one within `gapMs`, else a new one, named by `newId`. */
export function consolidate(
  known: readonly Span[],
  moments: readonly number[],
  { gapMs, newId }: { readonly gapMs: number; readonly newId: () => string },
): Consolidated {
  type Growing = { id: string; firstMs: number; lastMs: number; isNew: boolean };
  const spans: Growing[] = known.map((span) => ({ ...span, isNew: false }));
  const sessionIds = moments.map((at) => {
    let nearest: Growing | undefined;
    for (const span of spans)
      if (distance(span, at) <= gapMs && (!nearest || distance(span, at) < distance(nearest, at))) nearest = span;
    if (!nearest) {
      nearest = { id: newId(), firstMs: at, lastMs: at, isNew: true };
      spans.push(nearest);
    }
    nearest.firstMs = Math.min(nearest.firstMs, at);
    nearest.lastMs = Math.max(nearest.lastMs, at);
    return nearest.id;
  });
  return { sessionIds, spans };
}

function distance({ firstMs, lastMs }: Span, at: number): number {
  if (at < firstMs) return firstMs - at;
  return at > lastMs ? at - lastMs : 0;
}
