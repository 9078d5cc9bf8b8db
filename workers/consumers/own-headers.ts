// Headers that consumers put on messages of their own: dead letters and retries.

/** Say who gave an event up, why, and after how many attempts. */
export const deadLetterHeaders = {
  consumer: 'x-dead-consumer',
  reason: 'x-dead-reason',
  attempts: 'x-dead-attempts',
} as const;

/** On what comes back from a retry queue. */
export const retryHeader = 'x-retried';
