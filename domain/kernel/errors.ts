// The closed table of error codes: code → HTTP status and whether trying again can help. Everything that fails on purpose throws DomainError.

/** Every code this product answers with; `status` is the HTTP status, `retryable` what Temporal and clients go by. */
export const errorTable = {
  validation_failed: { status: 400, retryable: false, title: 'The request is not valid' },
  unauthenticated: { status: 401, retryable: false, title: 'Not signed in' },
  forbidden: { status: 403, retryable: false, title: 'Not allowed' },
  not_found: { status: 404, retryable: false, title: 'Not found' },
  request_timeout: { status: 408, retryable: true, title: 'The request took too long to arrive' },
  version_conflict: { status: 409, retryable: true, title: 'Changed by someone else meanwhile' },
  request_in_progress: { status: 409, retryable: true, title: 'The same request is still running' },
  precondition_failed: { status: 412, retryable: false, title: 'A precondition does not hold' },
  body_too_large: { status: 413, retryable: false, title: 'The body is too large' },
  unsupported_media_type: { status: 415, retryable: false, title: 'Unsupported media type' },
  rule_violated: { status: 422, retryable: false, title: 'A rule forbids this' },
  key_reused: { status: 422, retryable: false, title: 'The Idempotency-Key was used for another request' },
  rate_limited: { status: 429, retryable: true, title: 'Too many requests' },
  internal: { status: 500, retryable: true, title: 'Something went wrong here' },
  unavailable: { status: 503, retryable: true, title: 'Temporarily unavailable' },
} as const satisfies Record<string, { status: number; retryable: boolean; title: string }>;

/** One of the codes of the table. */
export type ErrorCode = keyof typeof errorTable;

/** A failure with a code of the table. `message` never holds personal data; `rule` names the broken rule of a decider. */
export class DomainError extends Error {
  override name = 'DomainError';
  readonly code: ErrorCode;
  readonly rule: string | undefined;
  readonly issues: readonly { path: string; message: string }[];
  constructor(
    code: ErrorCode,
    message: string,
    details: { rule?: string; issues?: readonly { path: string; message: string }[] } = {},
  ) {
    super(message);
    this.code = code;
    this.rule = details.rule;
    this.issues = details.issues ?? [];
  }
}

/** Refuses a command because of a rule; `rule` is its stable name (snake case), `message` says what to change. */
export function violated(rule: string, message: string): DomainError {
  return new DomainError('rule_violated', message, { rule });
}

/** Finds the code of any thrown thing by its `code` (never by instanceof); undefined when it has none of ours. */
export function errorCodeOf(error: unknown): ErrorCode | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && Object.hasOwn(errorTable, code) ? (code as ErrorCode) : undefined;
}
