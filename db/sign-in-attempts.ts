// Counts failed sign-ins of an address, whether somebody has it or not, and locks it for a time that grows: a lock tells nothing about who is there.
import type { Tx } from './transaction.ts';

/** So many wrong passwords in a row lock an address for a minute; each further one doubles the time, up to an hour. */
export const freeAttempts = 5;
const firstLockSeconds = 60;
const longestLockSeconds = 3_600;
const forgottenAfter = "interval '24 hours'";

/**
 * Takes one attempt, before the password is looked at: it counts as failed until `forgetAttempts`, so that many at once can't outrun the count.
 * Returns 0, or the seconds to wait while the address is locked.
 */
export async function takeAttempt(tx: Tx, emailIndex: string): Promise<number> {
  const count = `case when known.last_failed_at < now() - ${forgottenAfter} then 1 else known.failed + 1 end`;
  const { rowCount } = await tx.query(
    `insert into sign_in_attempts as known (tenant_id, email_index, failed) values ($1, $2, 1)
     on conflict (tenant_id, email_index) do update set failed = ${count}, last_failed_at = now(), locked_until = case
       when ${count} >= $3::integer then now() + make_interval(secs => least($5::float8, $4::float8 * power(2, least(${count} - $3::integer, 20))))
     end
     where known.locked_until is null or known.locked_until <= now()`,
    [tx.tenantId, emailIndex, freeAttempts, firstLockSeconds, longestLockSeconds],
  );
  if (rowCount === 1) return 0;
  const { rows } = await tx.query<{ seconds: number }>(
    `select greatest(1, ceil(extract(epoch from locked_until - clock_timestamp())))::integer as seconds
     from sign_in_attempts where tenant_id = $1 and email_index = $2`,
    [tx.tenantId, emailIndex],
  );
  return rows[0]?.seconds ?? 1;
}

/** After a right password, or a new one: the count begins anew. */
export async function forgetAttempts(tx: Tx, emailIndex: string): Promise<void> {
  await tx.query('delete from sign_in_attempts where tenant_id = $1 and email_index = $2', [tx.tenantId, emailIndex]);
}

/** Deletes what counts no more, over all tenants (app_system). */
export async function forgetOldAttempts(tx: Tx): Promise<void> {
  await tx.query(`delete from sign_in_attempts where last_failed_at < now() - ${forgottenAfter}`);
}
