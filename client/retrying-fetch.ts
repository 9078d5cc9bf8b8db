// Sends a request again when that can help: 409 (somebody else was quicker), 429, 503, and a connection that broke. Never forever.

type Fetch = (request: Request) => Promise<Response>;

/** How long it is tried. */
export type RetryOptions = {
  /** How often at most, the first time counted; 4 unless said otherwise. */
  readonly attempts?: number;
  /** An answer whose Retry-After is longer is given back at once; 30 s unless said otherwise. */
  readonly longestWaitMs?: number;
};

const again: readonly number[] = [409, 429, 503];
const firstWaitMs = 200;

/** Wraps a fetch. What it sends twice is one request to the API, as long as writes carry an Idempotency-Key. */
export function retryingFetch(fetch: Fetch, { attempts = 4, longestWaitMs = 30_000 }: RetryOptions): Fetch {
  return async (request) => {
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt >= attempts;
      const backoffMs = firstWaitMs * 2 ** (attempt - 1) * (1 + Math.random());
      // A clone, because a body can be sent once.
      const answer = await fetch(isLast ? request : request.clone()).catch((error: unknown) => {
        if (isLast || request.signal.aborted) throw error;
        return undefined;
      });
      if (answer === undefined) {
        await pause(backoffMs, request.signal);
        continue;
      }
      if (isLast || !again.includes(answer.status)) return answer;
      const waitMs = retryAfterMs(answer) ?? backoffMs;
      if (waitMs > longestWaitMs) return answer;
      await answer.body?.cancel();
      await pause(waitMs, request.signal);
    }
  };
}

function retryAfterMs({ headers }: Response): number | undefined {
  const seconds = headers.get('retry-after');
  return seconds !== null && /^\d+$/.test(seconds) ? Number(seconds) * 1_000 : undefined;
}

/** Waits; rejects with the signal's reason when it is aborted meanwhile. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
