// How long a failed try waits, and what a full queue has refused: exponential backoff with jitter.

/** Waits about base, 4 × base, 16 × base… (± 25 %, at most `retryMaxMs`). `random` is in [0, 1). */
export function retryWaitMs(
  failedBefore: number,
  { retryBaseMs, retryMaxMs }: { readonly retryBaseMs: number; readonly retryMaxMs: number },
  random: number,
): number {
  return Math.round(Math.min(retryMaxMs, retryBaseMs * 4 ** failedBefore) * (0.75 + random / 2));
}

/**
 * Waits about base, 2 × base, 4 × base… (± 50 %, at most `nackMaxMs`): each time the other queues of the event get it once more, so a queue that stays
 * full is not to be asked five times a second.
 */
export function nackWaitMs(
  refusedBefore: number,
  { nackWaitMs: base, nackMaxMs }: { readonly nackWaitMs: number; readonly nackMaxMs: number },
  random: number,
): number {
  return Math.round(Math.min(nackMaxMs, base * 2 ** Math.min(refusedBefore, 20)) * (0.5 + random));
}
