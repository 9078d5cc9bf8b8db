// The one sanitiser of errors: what comes out may be logged, stored and shown to operators. Never PostgreSQL's detail, where, query or
// parameters, never what zod or JSON.parse were given; stack traces only for errors nobody expected, without their message line.
import { types } from 'node:util';
import { maskText } from './mask-text.ts';

/** What may be told of an error. `code`: a domain code, SQLSTATE, errno or gRPC status. */
export type SafeError = {
  type: string;
  code?: string;
  message: string;
  table?: string;
  column?: string;
  constraint?: string;
  /** Where it came from, innermost first; only for unexpected errors. */
  stack?: string[];
  cause?: SafeError;
  errors?: SafeError[];
};

type Fields = Record<string, unknown>;

/** SQLSTATE classes whose messages name objects of the schema only, never values. */
const SQL_CLASSES_WITHOUT_VALUES = /^(08|23|25|28|3D|3F|40|42|53|55|57)/;
/** Names of errors that are part of normal running though they carry no code. */
const EXPECTED = new Set(['ConfigError', 'ZodError', '$ZodError', 'AbortError', 'TimeoutError']);
const MAX_DEPTH = 4;

/** Takes anything that was thrown. Never throws itself. */
export function safeError(thrown: unknown, depth = 0): SafeError {
  try {
    if (typeof thrown === 'string') return { type: 'Error', message: maskText(thrown) };
    if (!(thrown instanceof Error))
      return { type: typeof thrown, message: 'Something that is not an Error was thrown.' };
    return ofError(thrown, thrown as unknown as Fields, depth);
  } catch {
    return { type: 'Error', message: 'An error that can not be read.' };
  }
}

/**
 * The same for code that has personal data in hand: an error that nobody thought of keeps its type and where it came from, but not its words,
 * because whoever wrote them may have put anything in.
 */
export function wordlessError(thrown: unknown, depth = 0): SafeError {
  const safe = safeError(thrown, MAX_DEPTH);
  const fields = (isError(thrown) ? thrown : {}) as Fields;
  const code =
    typeof fields['code'] === 'string' || typeof fields['code'] === 'number' ? String(fields['code']) : undefined;
  const known = isError(thrown) && isExpected(thrown, code);
  const told = known ? safe : { ...safe, message: 'Unexpected; its words are left out.' };
  if (fields['cause'] === undefined || depth >= MAX_DEPTH) return told;
  return { ...told, cause: wordlessError(fields['cause'], depth + 1) };
}

/** Errors of other realms too: those of Temporal's workflow sandbox are not `instanceof Error` here. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

function ofError(error: Error, fields: Fields, depth: number): SafeError {
  const code =
    typeof fields['code'] === 'string' || typeof fields['code'] === 'number' ? String(fields['code']) : undefined;
  const safe: SafeError = { type: maskText(error.name, 100), message: messageOf(error, fields, code) };
  if (code !== undefined) safe.code = maskText(code, 100);
  if (isSqlError(fields, code)) {
    for (const name of ['table', 'column', 'constraint'] as const) {
      const value = fields[name];
      if (typeof value === 'string') safe[name] = maskText(value, 100);
    }
  }
  if (!isExpected(error, code)) {
    const stack = framesOf(error);
    if (stack.length > 0) safe.stack = stack;
  }
  if (depth < MAX_DEPTH) {
    if (error.cause !== undefined) safe.cause = safeError(error.cause, depth + 1);
    const inner = fields['errors'];
    if (Array.isArray(inner) && inner.length > 0) {
      safe.errors = inner.slice(0, 3).map((each: unknown) => safeError(each, depth + 1));
    }
  }
  return safe;
}

function messageOf(error: Error, fields: Fields, code: string | undefined): string {
  // Our own errors have an empty list where nothing is wrong with the data.
  if (Array.isArray(fields['issues']) && fields['issues'].length > 0) return issuesOf(fields['issues']);
  if (isSqlError(fields, code)) {
    return maskText(SQL_CLASSES_WITHOUT_VALUES.test(code ?? '') ? error.message : withoutQuoted(error.message));
  }
  // The query builder puts statement and parameters into the message; the database's own error is the cause.
  if ('query' in fields && 'params' in fields) return 'A query failed.';
  if (code === 'ERR_ASSERTION') return 'An assertion failed.';
  if (error.name === 'SyntaxError') return withoutQuoted(maskText(error.message));
  // Node's argument errors end in the argument they were given.
  if (code?.startsWith('ERR_')) return maskText(error.message.replace(/\bReceived\b.*$/s, ''));
  return maskText(error.message);
}

/** Where and what kind, but no text: the issue's message may quote keys of the input. */
function issuesOf(issues: unknown[]): string {
  const told = issues.slice(0, 10).map((issue) => {
    const { path, code } = (typeof issue === 'object' && issue !== null ? issue : {}) as Fields;
    const place = Array.isArray(path) ? path.map((part) => maskText(String(part), 60)).join('.') : '';
    return `${place === '' ? '(root)' : place}: ${typeof code === 'string' ? code : 'invalid'}`;
  });
  const more = issues.length > told.length ? ` and ${issues.length - told.length} more` : '';
  return `Invalid data at ${told.join(', ')}${more}`;
}

function isSqlError(fields: Fields, code: string | undefined): boolean {
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && typeof fields['severity'] === 'string';
}

/** A code says that somebody thought of this error; Node's own ERR_… on a TypeError or RangeError says the opposite. */
function isExpected(error: Error, code: string | undefined): boolean {
  if (code?.startsWith('ERR_') && (error.name === 'TypeError' || error.name === 'RangeError')) return false;
  return code !== undefined || EXPECTED.has(error.name) || Array.isArray((error as unknown as Fields)['issues']);
}

/** From the first quote to the last: values may hold quotes themselves. */
function withoutQuoted(message: string): string {
  return message.replace(/["'“].*["'”]/s, '"***"').replace(/token \S+/, 'token ***');
}

/** The frames alone, with paths from the project's folder on. */
function framesOf(error: Error): string[] {
  const lines = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  const root = new RegExp(`(file://)?${process.cwd().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/`, 'g');
  return lines.slice(0, 12).map((line) => maskText(line.trim().replace(root, ''), 300));
}
