// What all calls of the gateway's HTTP API share: how a call is described, how its path is built, how its answer is read. Pure.
import type { z } from 'zod';
import { isWahaError, WahaError } from './waha-error.ts';

/** One call. `sends`: it has an effect that must not happen twice. */
export type Call = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly sends?: boolean;
};

/** Makes a call named `what` and gives its answer's JSON. Throws WahaError. */
export type Calling = (what: string, call: Call) => Promise<unknown>;

/** A value as a segment of a path. */
export function segment(value: string): string {
  return encodeURIComponent(value);
}

/** The answer by its schema. Throws WahaError unavailable for anything else. */
export function read<T extends z.ZodType>(schema: T, answer: unknown, what: string): z.infer<T> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new WahaError('unavailable', `${what}: the gateway answered something else than documented`);
}

/** For `catch`: what the gateway does not know is undefined. */
export function none(error: unknown): undefined {
  if (isWahaError(error) && error.code === 'not_found') return undefined;
  throw error;
}

/** For `catch`: what does not go with the session's state, or with a session that is gone, is undefined. */
export function notNow(error: unknown): undefined {
  if (isWahaError(error) && (error.status === 422 || error.code === 'not_found')) return undefined;
  throw error;
}
