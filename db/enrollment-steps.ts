// The ended steps of enrolments.
import type { Tx } from './transaction.ts';

/** A step that ended; `messageId`: what it sent. */
export type EndedStep = {
  readonly enrollmentId: string;
  readonly stepId: string;
  readonly outcome: string;
  readonly messageId: string | null;
  readonly endedAt: string;
};

/** Keeps it. Throws when it ended before: no step does anything twice. */
export async function keepStep(
  tx: Tx,
  { enrollmentId, stepId, outcome, messageId, endedAt }: EndedStep,
): Promise<void> {
  await tx.query(
    'insert into enrollment_steps (tenant_id, enrollment_id, step_id, outcome, message_id, ended_at) values ($1, $2, $3, $4, $5, $6)',
    [tx.tenantId, enrollmentId, stepId, outcome, messageId, endedAt],
  );
}

/** When the last of the enrolment's steps ended; undefined: none has. */
export async function lastStepEnd(tx: Tx, enrollmentId: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ at: Date | null }>(
    'select max(ended_at) as at from enrollment_steps where tenant_id = $1 and enrollment_id = $2',
    [tx.tenantId, enrollmentId],
  );
  return rows[0]?.at?.toISOString();
}
