// How fast an import is and when it will be through, from what was counted. Pure: reckoned when somebody asks, never kept.

/** What it is reckoned from. `activeMs`: how long it has worked, pauses left out. `isListed`: all chats are known. */
export type ImportFigures = {
  readonly isRunning: boolean;
  readonly isListed: boolean;
  readonly chatsFound: number;
  readonly chatsDone: number;
  readonly messagesSeen: number;
  readonly messagesImported: number;
  readonly messageLimit: number | null;
  readonly activeMs: number;
};

/** `messagesPerSecond` null: nothing was measured yet. `estimatedEndAt` null: it does not run, or nothing can be said. */
export type ImportProgress = { readonly messagesPerSecond: number | null; readonly estimatedEndAt: string | null };

/** Reckons it; `nowMs` in milliseconds of the epoch. The chats that are left take as long as those that are done; a limit may end it sooner. */
export function importProgress(figures: ImportFigures, nowMs: number): ImportProgress {
  const { activeMs, messagesSeen } = figures;
  const messagesPerSecond = activeMs > 0 ? Math.round((messagesSeen / activeMs) * 10_000) / 10 : null;
  const leftMs = figures.isRunning ? remainingMs(figures) : null;
  return { messagesPerSecond, estimatedEndAt: leftMs === null ? null : new Date(nowMs + leftMs).toISOString() };
}

function remainingMs({
  isListed,
  chatsFound,
  chatsDone,
  messagesImported,
  messageLimit,
  activeMs,
}: ImportFigures): number | null {
  const byChats = isListed && chatsDone > 0 ? (activeMs * (chatsFound - chatsDone)) / chatsDone : null;
  const byLimit =
    messageLimit !== null && messagesImported > 0
      ? (activeMs * (messageLimit - messagesImported)) / messagesImported
      : null;
  const known = [byChats, byLimit].filter((ms) => ms !== null);
  return known.length === 0 ? null : Math.max(0, Math.round(Math.min(...known)));
}
