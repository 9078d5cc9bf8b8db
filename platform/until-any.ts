// Work that ends with any of several signals, and leaves nothing on them: AbortSignal.any does, for as long as they live.

/** Gives the work a signal that aborts with the first of these, and at its own end: what it has left running ends too. */
export async function untilAny<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const end = (): void => over.abort();
  if (signals.some(({ aborted }) => aborted)) end();
  for (const signal of signals) signal.addEventListener('abort', end, { once: true });
  try {
    return await work(over.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', end);
    end();
  }
}
