// The one error the gateway's client throws, and how HTTP answers and transport failures become it.

/**
 * What went wrong. `timeout_unknown`: the request went out and no answer came, so a message may or may not have been sent; ask for it
 * by its id before sending again. `unavailable`: it was surely not done, try later. `rejected`: repeating it will not help.
 */
export type WahaErrorCode = 'unauthorized' | 'not_found' | 'rejected' | 'unavailable' | 'timeout_unknown';

/** Thrown by every call of the client. The message never quotes what was sent or answered: both may be personal. */
export class WahaError extends Error {
  override name = 'WahaError';
  readonly code: WahaErrorCode;
  /** Whether the same call may be repeated as it is. False for `timeout_unknown`: settle it first. */
  readonly retryable: boolean;
  readonly status: number | undefined;

  constructor(code: WahaErrorCode, message: string, status?: number) {
    super(message);
    this.code = code;
    this.retryable = code === 'unavailable';
    this.status = status;
  }
}

/** Whether an error is the client's. */
export function isWahaError(error: unknown): error is WahaError {
  return error instanceof Error && error.name === 'WahaError';
}

/** The error of an answer that is not 2xx. `sends`: the call has an effect that must not happen twice. */
export function errorOfStatus(status: number, what: string, options: { sends: boolean; notReady: boolean }): WahaError {
  const fail = (code: WahaErrorCode, why: string) => new WahaError(code, `${what}: ${why} (${status})`, status);
  if (status === 401 || status === 403)
    return fail('unauthorized', 'the gateway refuses the API key; check WAHA_API_KEY');
  if (status === 404) return fail('not_found', 'the gateway does not know it');
  if (status === 408 || status === 502 || status === 504) {
    return options.sends ? fail('timeout_unknown', 'no answer in time') : fail('unavailable', 'no answer in time');
  }
  if (options.notReady) return fail('unavailable', 'the gateway session is not working; pair or restart it');
  if (status === 425 || status === 429 || status >= 500) return fail('unavailable', 'the gateway can’t do it now');
  return fail('rejected', 'the gateway refuses the request as it is');
}

// Failures that come before a byte of the request is out.
const nothingSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The error of a call that got no answer at all. */
export function errorOfFailure(error: unknown, what: string, options: { sends: boolean }): WahaError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (nothingSent.has(code)) return new WahaError('unavailable', `${what}: the gateway can’t be reached (${code})`);
  if (options.sends) return new WahaError('timeout_unknown', `${what}: no answer, it may or may not be done`);
  return new WahaError('unavailable', `${what}: no answer in time`);
}
