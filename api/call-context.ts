// What handlers get beside the request itself: who asks, why it happens, and the transaction to do it in.
import type { Context } from 'hono';
import { type AggregateDefinition, type Cause, type Executed, execute } from '../db/execute.ts';
import type { Tx } from '../db/transaction.ts';
import type { AnyEvent, Command } from '../domain/kernel/define-aggregate.ts';
import type { ApiDeps, ApiEnv } from './api-deps.ts';
import type { Caller } from './caller.ts';

/** What every handler may use. */
export type CallContext = { readonly deps: ApiDeps; readonly caller: Caller; readonly cause: Cause };

/** What a reading handler may use; `read` runs a transaction of the caller's tenant. */
export type ReadContext = CallContext & { readonly read: <T>(work: (tx: Tx) => Promise<T>) => Promise<T> };

/** What a writing handler may use: it runs inside the one transaction that also claims the Idempotency-Key. */
export type WriteContext = CallContext & {
  readonly tx: Tx;
  /** From If-Match. Commands run by `run` check it. */
  readonly expectedSequence: number | undefined;
  readonly run: <State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
    definition: AggregateDefinition<State, Cmd, Event>,
    id: string,
    command: { readonly type: Cmd['type']; readonly data: unknown },
    cause?: Partial<Cause>,
  ) => Promise<Executed<State, Event>>;
  /** A command to a second thing in the same transaction; If-Match speaks of the first. */
  readonly runBeside: WriteContext['run'];
};

/** Reads a request's context; its id becomes cause and correlation of what it does. */
export function callContext(c: Context<ApiEnv>): CallContext {
  const traceparent = c.req.header('traceparent');
  const isTrace = traceparent !== undefined && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent);
  const requestId = c.get('requestId');
  return {
    deps: c.get('deps'),
    caller: c.get('caller'),
    cause: { causationId: requestId, correlationId: requestId, ...(isTrace && { traceparent }) },
  };
}

/** Completes a call's context for one attempt of its transaction. */
export function writeContext(call: CallContext, tx: Tx, expectedSequence: number | undefined): WriteContext {
  const { database } = call.deps;
  const running =
    (options: { readonly expectedSequence?: number }): WriteContext['run'] =>
    (definition, id, command, cause) =>
      execute(database, tx, definition, id, command, { ...call.cause, ...cause }, { ...options, lock: true });
  return {
    ...call,
    tx,
    expectedSequence,
    run: running(expectedSequence === undefined ? {} : { expectedSequence }),
    runBeside: running({}),
  };
}
