// The attempts of webhook deliveries: noted on the delivery, on its subscription and in the log of attempts, all in one transaction.
import { and, eq, gt } from 'drizzle-orm';
import type { attemptResults } from '../domain/webhook-delivery/commands.ts';
import type { WebhookDelivery } from '../domain/webhook-delivery/webhook-delivery.ts';
import { aggregates } from './aggregates.ts';
import { type Cause, type ExecuteDeps, execute, load } from './execute.ts';
import { ofTenant } from './queries/conditions.ts';
import { isoMillis } from './queries/iso-text.ts';
import { webhookAttempts } from './schema/webhooks.ts';
import type { KeysOf } from './tenant-keys.ts';
import type { Tx } from './transaction.ts';

/** One attempt. `answer` is what came back, cut to 64 KiB here; `requestId` names this one request. */
export type WebhookAttempt = {
  readonly attempt: number;
  readonly requestId: string;
  readonly result: (typeof attemptResults)[number];
  readonly statusCode: number | null;
  readonly reason: string | null;
  readonly answer: string | null;
  readonly startedAt: string;
  readonly durationMs: number;
};

const answerBytes = 64 * 1024;
const place = (tenantId: string, deliveryId: string, attempt: number): string =>
  `${tenantId}|${deliveryId}|webhook_attempts|answer:${attempt}`;

/**
 * Notes an attempt; one that is noted already changes nothing. Gives the delivery after it. `retryAfterSeconds` is what the other side asked for.
 * Locks the delivery before the subscription.
 */
export async function recordAttempt(
  deps: ExecuteDeps,
  tx: Tx,
  deliveryId: string,
  given: WebhookAttempt & { readonly retryAfterSeconds?: number },
  cause: Cause,
): Promise<WebhookDelivery> {
  const before = await load(deps, tx, aggregates.webhookDelivery, deliveryId, true);
  const { attempt, result, statusCode, reason, retryAfterSeconds } = given;
  const data = {
    attempt,
    result,
    ...(statusCode !== null && { statusCode }),
    ...(reason !== null && { reason }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
  const { state } = await execute(
    deps,
    tx,
    aggregates.webhookDelivery,
    deliveryId,
    { type: 'webhook_delivery.record_attempt', data },
    cause,
    { loaded: before },
  );
  if (state.attempts === before.state.attempts) return state;
  await insertAttempt(tx, deps.keysOf, deliveryId, given);
  const outcome = result === 'failed' && state.status === 'failed' ? 'given_up' : result;
  const noted = { type: 'webhook.note_attempt', data: { outcome, occurredAt: given.startedAt } } as const;
  await execute(deps, tx, aggregates.webhook, state.subscriptionId, noted, cause, { lock: true });
  return state;
}

async function insertAttempt(tx: Tx, keysOf: KeysOf, deliveryId: string, given: WebhookAttempt): Promise<void> {
  const keys = keysOf(tx);
  const { attempt, requestId, result, statusCode, reason, answer, startedAt, durationMs } = given;
  const kept = answer === null ? null : cutToBytes(answer);
  const sealed = kept === null ? null : await keys.sealForTenant(place(keys.tenantId, deliveryId, attempt), kept);
  await tx.query(
    `insert into webhook_attempts (tenant_id, delivery_id, attempt, request_id, result, status_code, reason, answer, started_at, duration_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [keys.tenantId, deliveryId, attempt, requestId, result, statusCode, reason, sealed, startedAt, durationMs],
  );
}

/** Reads a delivery's attempts after number `after`, in order, at most `limit`. */
export async function listAttempts(
  tx: Tx,
  keysOf: KeysOf,
  deliveryId: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<WebhookAttempt[]> {
  const keys = keysOf(tx);
  const table = webhookAttempts;
  const rows = await tx.db
    .select({
      attempt: table.attempt,
      requestId: table.requestId,
      result: table.result,
      statusCode: table.statusCode,
      reason: table.reason,
      answer: table.answer,
      startedAt: isoMillis<string>(table.startedAt),
      durationMs: table.durationMs,
    })
    .from(table)
    .where(and(ofTenant(tx, table), eq(table.deliveryId, deliveryId), gt(table.attempt, after)))
    .orderBy(table.attempt)
    .limit(limit);
  const attempts: WebhookAttempt[] = [];
  for (const row of rows) {
    const at = place(keys.tenantId, deliveryId, row.attempt);
    const answer = row.answer === null ? null : String(await keys.openForTenant(row.answer, at));
    attempts.push({ ...row, result: row.result as WebhookAttempt['result'], answer });
  }
  return attempts;
}

/** Without half a character at its end. */
function cutToBytes(answer: string): string {
  const bytes = Buffer.from(answer);
  return bytes.length <= answerBytes
    ? answer
    : new TextDecoder().decode(bytes.subarray(0, answerBytes), { stream: true });
}
