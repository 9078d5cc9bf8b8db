// A request's key: claimed in the transaction of its effect, so that it can neither outlive nor precede it. The answer is kept for 24 hours, sealed.
import { createHash } from 'node:crypto';
import { DomainError } from '../domain/kernel/errors.ts';
import type { KeysOf } from './tenant-keys.ts';
import type { Tx } from './transaction.ts';

/** An answer as it is kept and given again. `body` null: none. */
export type KeptAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** What a request is known by; `hash` stands for method, path and body. */
export type RequestKey = { readonly key: string; readonly hash: Buffer };

const keptForHours = 24;

/** Hashes what makes two requests the same. Not stored as it is: a body may hold a password, which a plain hash would let anyone guess. */
export function hashRequest(method: string, target: string, body: Uint8Array): Buffer {
  return createHash('sha256').update(`${method} ${target}\n`).update(body).digest();
}

/**
 * Runs `work` unless its key was used in the last 24 hours: then the kept answer is given. Throws DomainError request_in_progress while
 * another transaction holds the key, key_reused when it was used for another request. When `work` throws, the key is as if unused.
 */
export async function runOnce(
  tx: Tx,
  keysOf: KeysOf,
  request: RequestKey,
  work: () => Promise<KeptAnswer>,
): Promise<KeptAnswer & { readonly replayed: boolean }> {
  const keys = keysOf(tx);
  const place = `${keys.tenantId}|idempotency_keys|${request.key}`;
  const hash = Buffer.from(
    await keys.blindIndex('idempotency_keys.request', request.hash.toString('base64url')),
    'base64url',
  );
  // Never waits: an insert on conflict would, and the second request would hang instead of being told.
  const { rows: locked } = await tx.query<{ free: boolean }>(
    `select pg_try_advisory_xact_lock(hashtextextended($1, 7)) as free`,
    [place],
  );
  if (!locked[0]?.free)
    throw new DomainError(
      'request_in_progress',
      'A request with this Idempotency-Key is still running: repeat it in a moment.',
    );
  const { rows } = await tx.query<{ hash: Buffer; response: string; live: boolean }>(
    `select request_hash as hash, response, expires_at > now() as live from idempotency_keys where tenant_id = $1 and key = $2`,
    [keys.tenantId, request.key],
  );
  const known = rows[0];
  if (known?.live) {
    // Those of the release before are plain.
    if (!known.hash.equals(hash) && !known.hash.equals(request.hash))
      throw new DomainError(
        'key_reused',
        'This Idempotency-Key was used for another request within the last 24 hours: use a new key for a new request.',
      );
    return { ...((await keys.openForTenant(known.response, place)) as KeptAnswer), replayed: true };
  }
  if (known)
    await tx.query('delete from idempotency_keys where tenant_id = $1 and key = $2', [keys.tenantId, request.key]);
  const answer = await work();
  await tx.query(
    `insert into idempotency_keys (tenant_id, key, request_hash, response_status, response, expires_at)
     values ($1, $2, $3, $4, $5, now() + make_interval(hours => $6))`,
    [keys.tenantId, request.key, hash, answer.status, await keys.sealForTenant(place, answer), keptForHours],
  );
  return { ...answer, replayed: false };
}

/** Deletes what has expired, over all tenants (app_system). Returns how many. */
export async function deleteExpiredKeys(tx: Tx): Promise<number> {
  const { rowCount } = await tx.query('delete from idempotency_keys where expires_at <= now()');
  return rowCount ?? 0;
}
