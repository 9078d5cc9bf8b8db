// How long a failed try waits: exponential backoff with jitter.

/** Waits about base, 4 × base, 16 × base… (± 25 %, at most `retryMaxMs`). `random` is in [0, 1). */
export function retryWaitMs(
  failedBefore: number,
  { retryBaseMs, retryMaxMs }: { readonly retryBaseMs: number; readonly retryMaxMs: number },
  random: number,
): number {
  return Math.round(Math.min(retryMaxMs, retryBaseMs * 4 ** failedBefore) * (0.75 + random / 2));
}
