// Idempotency-Key on every writing call: the key, the command's effect and the answer are one commit. If-Match goes the same way.
import type { Context } from 'hono';
import { hashRequest, type KeptAnswer, runOnce } from '../../db/idempotency.ts';
import { inTenantRetrying } from '../../db/transaction.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { ApiEnv } from '../api-deps.ts';
import { type CallContext, type WriteContext, writeContext } from '../call-context.ts';

/** Runs a writing handler once per key. A repeated answer carries Idempotency-Replayed: true. */
export async function runWriteOnce(
  c: Context<ApiEnv>,
  call: CallContext,
  versioned: boolean,
  work: (context: WriteContext) => Promise<KeptAnswer>,
): Promise<KeptAnswer> {
  const key = idempotencyKey(c.req.header('idempotency-key'));
  const expectedSequence = versioned ? sequenceOf(c.req.header('if-match')) : undefined;
  const { pathname, search } = new URL(c.req.url);
  const precondition = expectedSequence === undefined ? '' : ` if-match:${expectedSequence}`;
  // What one agent was answered is no other's to read; keys of a tenant may take over from each other.
  const { caller } = call;
  const own = caller.kind === 'agent' ? ` agent:${caller.id}` : '';
  const hash = hashRequest(
    c.req.method,
    `${pathname}${search}${precondition}${own}`,
    c.get('rawBody') ?? Buffer.alloc(0),
  );
  const { pool, keysOf } = call.deps.database;
  const answer = await inTenantRetrying(pool, call.caller.tenantId, (tx) =>
    runOnce(tx, keysOf, { key, hash }, () => work(writeContext(call, tx, expectedSequence))),
  );
  if (answer.replayed) c.header('Idempotency-Replayed', 'true');
  return answer;
}

/** Takes the quoted form of the draft standard and the bare one. Throws DomainError validation_failed. */
function idempotencyKey(header: string | undefined): string {
  const key = header?.trim().replace(/^"(.*)"$/s, '$1');
  if (key === undefined || key === '')
    throw refusal('is missing: send any text that is new for each new request, a UUID for example');
  if (key.length > 255 || !/^[\x20-\x7e]+$/.test(key)) throw refusal('must be 1 to 255 printable ASCII characters');
  return key;
}

function refusal(message: string): DomainError {
  return new DomainError('validation_failed', 'A writing call needs an Idempotency-Key.', {
    issues: [{ path: 'header.Idempotency-Key', message }],
  });
}

/** The sequence of an If-Match; undefined when there is none, or when anything will do (`*`). */
function sequenceOf(header: string | undefined): number | undefined {
  const tag = header?.trim();
  if (tag === undefined || tag === '' || tag === '*') return undefined;
  const sequence = /^"(\d{1,15})"$/.exec(tag)?.[1];
  // A weak or foreign tag is never the current one.
  if (sequence === undefined)
    throw new DomainError(
      'precondition_failed',
      'If-Match is not an ETag of ours: read the thing again and send its ETag.',
    );
  return Number(sequence);
}
