// Turns PostgreSQL's errors into ours. Its `detail` quotes values, so nothing of the original text is passed on but the code and the constraint's name.
import { DomainError } from '../domain/kernel/errors.ts';

const conflicts = new Set(['40001', '40P01', '55P03']);
const gone = new Set([
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '53300',
  '53400',
  '25P03',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
]);

type Coded = { code?: unknown; constraint?: unknown; message?: unknown };

/** A failure of the database that is not a domain error: only SQLSTATE and constraint, no values. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
  readonly code = 'internal';
  readonly sqlState: string;
  readonly constraint: string | undefined;
  constructor(sqlState: string, constraint: string | undefined) {
    super(`PostgreSQL refused with ${sqlState}${constraint ? ` (${constraint})` : ''}`);
    this.sqlState = sqlState;
    this.constraint = constraint;
  }
}

/** Whether running the same transaction again may succeed: a lost race, a deadlock, a lock time-out, or a unique key that someone took first. */
export function isRetryableInTransaction(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.sqlState === '23505';
  return error instanceof DomainError && error.code === 'version_conflict';
}

/** Whether a migration changed what a prepared statement gives: that connection's statements are of no use any more. */
export function isStalePlan(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '0A000';
}

/** Whether no answer came in time: the connection still waits for it and can't be used any more. */
export function isWithoutAnswer(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** Maps an error of the pg driver; others pass as they are. */
export function translateDatabaseError(error: unknown): unknown {
  if (error instanceof DomainError || error instanceof DatabaseError || typeof error !== 'object' || error === null)
    return error;
  const { code, constraint, message } = error as Coded;
  const state = typeof code === 'string' ? code : '';
  if (conflicts.has(state) || isStalePlan(error))
    return new DomainError('version_conflict', 'Someone else changed the same thing at the same time: try again.');
  if (
    gone.has(state) ||
    (state === '' &&
      typeof message === 'string' &&
      /connection|timeout exceeded|terminated|read timeout/i.test(message) &&
      error instanceof Error &&
      error.name === 'Error')
  ) {
    return new DomainError('unavailable', 'The database can not be reached right now: try again in a moment.');
  }
  if (state === '57014')
    return new DomainError('unavailable', 'The database took too long to answer: try again in a moment.');
  if (/^[0-9A-Z]{5}$/.test(state))
    return new DatabaseError(state, typeof constraint === 'string' ? constraint : undefined);
  return error;
}
