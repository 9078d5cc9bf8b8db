// The buckets that a broadcast's messages are taken from: its own, and that of the channel's number, which all its broadcasts share.
import type { Broadcast } from '../domain/broadcast/broadcast.ts';
import {
  type Bucket,
  type Capping,
  defaultPacing,
  type PacingPolicy,
  type PacingState,
  take,
  unused,
} from '../domain/outreach/pacing.ts';
import type { Tx } from './transaction.ts';

type Paced = Pick<Broadcast, 'id' | 'channelId' | 'ratePerMinute'>;
type Row = { readonly policy: PacingPolicy | null; readonly state: PacingState | null };

/** A channel's bucket. */
export async function channelBucket(tx: Tx, channelId: string, lock = false): Promise<Bucket> {
  const { rows } = await tx.query<Row>(
    `select policy, state from channel_pacings where tenant_id = $1 and channel_id = $2${lock ? ' for update' : ''}`,
    [tx.tenantId, channelId],
  );
  return { policy: rows[0]?.policy ?? defaultPacing, state: rows[0]?.state ?? unused };
}

/** Both buckets of a broadcast: the channel's first. One that was not started yet has used none of its own. */
export async function bucketsOf(
  tx: Tx,
  { id, channelId, ratePerMinute }: Paced,
  lock = false,
): Promise<[Bucket, Bucket]> {
  const ofChannel = await channelBucket(tx, channelId, lock);
  const { rows } = await tx.query<{ pacing: PacingState | null }>(
    `select pacing from broadcast_audiences where tenant_id = $1 and broadcast_id = $2${lock ? ' for update' : ''}`,
    [tx.tenantId, id],
  );
  return [ofChannel, { policy: { ...defaultPacing, jitter: 0, ratePerMinute }, state: rows[0]?.pacing ?? unused }];
}

/** Takes one message out of both; else tells how long to wait. The buckets are held until the end of the transaction. */
export async function takeTurn(
  tx: Tx,
  broadcast: Paced,
  moment: { readonly nowMs: number; readonly random: number },
): Promise<{ readonly waitMs: number; readonly buckets: readonly Bucket[] }> {
  await makeBucket(tx, broadcast.channelId);
  const buckets = await bucketsOf(tx, broadcast, true);
  const { waitMs, states } = take(buckets, moment);
  if (waitMs > 0) return { waitMs, buckets };
  const [ofChannel = unused, own = unused] = states;
  await tx.query(
    `with own as (update broadcast_audiences set pacing = $4 where tenant_id = $1 and broadcast_id = $3)
     update channel_pacings set state = $5 where tenant_id = $1 and channel_id = $2`,
    [tx.tenantId, broadcast.channelId, broadcast.id, JSON.stringify(own), JSON.stringify(ofChannel)],
  );
  return { waitMs: 0, buckets: buckets.map(({ policy }, index) => ({ policy, state: states[index] ?? unused })) };
}

/** Takes one message out of a channel's bucket alone, for what is sent to one contact at a time; else tells how long to wait. */
export async function takeChannelTurn(
  tx: Tx,
  channelId: string,
  moment: { readonly nowMs: number; readonly random: number },
): Promise<{ readonly waitMs: number }> {
  await makeBucket(tx, channelId);
  const { waitMs, states } = take([await channelBucket(tx, channelId, true)], moment);
  if (waitMs === 0)
    await tx.query('update channel_pacings set state = $3 where tenant_id = $1 and channel_id = $2', [
      tx.tenantId,
      channelId,
      JSON.stringify(states[0] ?? unused),
    ]);
  return { waitMs };
}

async function makeBucket(tx: Tx, channelId: string): Promise<void> {
  await tx.query('insert into channel_pacings (tenant_id, channel_id) values ($1, $2) on conflict do nothing', [
    tx.tenantId,
    channelId,
  ]);
}

/** Keeps what the gateway says about the number's quota; null: it says nothing. */
export async function noteCapping(tx: Tx, channelId: string, capping: Capping | null): Promise<void> {
  const { state } = await channelBucket(tx, channelId);
  if (JSON.stringify(state.capping) === JSON.stringify(capping)) return;
  await tx.query(
    `insert into channel_pacings (tenant_id, channel_id, state) values ($1, $2, $3)
     on conflict (tenant_id, channel_id) do update set state = coalesce(channel_pacings.state, excluded.state) || jsonb_build_object('capping', $4::jsonb)`,
    [tx.tenantId, channelId, JSON.stringify({ ...state, capping }), JSON.stringify(capping)],
  );
}

/** Sets how a channel's number is paced. */
export async function setPacing(tx: Tx, channelId: string, policy: PacingPolicy): Promise<void> {
  await tx.query(
    `insert into channel_pacings (tenant_id, channel_id, policy) values ($1, $2, $3)
     on conflict (tenant_id, channel_id) do update set policy = excluded.policy`,
    [tx.tenantId, channelId, JSON.stringify(policy)],
  );
}
