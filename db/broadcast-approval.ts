// Whether a broadcast may be sent to so many: asked once its audience is frozen, answered by an operator, kept beside the audience.
import type { Clock } from '../platform/clock.ts';
import { countRecipients } from './broadcast-audience.ts';
import type { Tx } from './transaction.ts';

/** What was asked and decided. Times are ISO 8601; `by`: the caller who decided; null: nobody did in time. */
export type Approval = {
  readonly state: 'awaited' | 'approved' | 'refused';
  readonly recipients: number;
  readonly askedAt: string;
  readonly until: string;
  readonly decidedAt: string | null;
  readonly by: string | null;
  readonly note: string | null;
};

/** Above how many recipients it is asked, and how long it is waited for. */
export type ApprovalRule = { readonly above: number; readonly withinMs: number };

/** What an operator decided. */
export type ApprovalDecision = Pick<Approval, 'by' | 'note'> & { readonly isApproved: boolean };

/** What is known of a broadcast's approval; null: none was asked for. */
export async function readApproval(tx: Tx, broadcastId: string): Promise<Approval | null> {
  const { rows } = await tx.query<{ approval: Approval | null }>(
    'select approval from broadcast_audiences where tenant_id = $1 and broadcast_id = $2',
    [tx.tenantId, broadcastId],
  );
  return rows[0]?.approval ?? null;
}

/** Asks for it, if so many are waiting; gives what is known then, also when it was asked before. */
export async function askApproval(
  tx: Tx,
  broadcastId: string,
  { rule: { above, withinMs }, clock }: { readonly rule: ApprovalRule; readonly clock: Clock },
): Promise<Approval | null> {
  const known = await readApproval(tx, broadcastId);
  if (known) return known;
  const { pending: recipients } = await countRecipients(tx, broadcastId);
  if (recipients <= above) return null;
  const nowMs = clock.now().getTime();
  const [askedAt, until] = [nowMs, nowMs + withinMs].map((ms) => new Date(ms).toISOString()) as [string, string];
  const asked = { state: 'awaited', recipients, askedAt, until, decidedAt: null, by: null, note: null } as const;
  await write(tx, broadcastId, asked);
  return asked;
}

/** Keeps what was decided; the first decision counts. */
export async function decideApproval(
  tx: Tx,
  broadcastId: string,
  { isApproved, by, note, clock }: ApprovalDecision & { readonly clock: Clock },
): Promise<void> {
  const known = await readApproval(tx, broadcastId);
  if (known?.state !== 'awaited') return;
  const decidedAt = clock.now().toISOString();
  await write(tx, broadcastId, { ...known, state: isApproved ? 'approved' : 'refused', decidedAt, by, note });
}

async function write(tx: Tx, broadcastId: string, approval: Approval): Promise<void> {
  await tx.query('update broadcast_audiences set approval = $3 where tenant_id = $1 and broadcast_id = $2', [
    tx.tenantId,
    broadcastId,
    JSON.stringify(approval),
  ]);
}
