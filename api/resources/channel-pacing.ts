// How fast a channel's number sends what broadcasts send: rate, jitter, warm-up, daily limit, quiet hours. One pace for all its broadcasts.
import { aggregates } from '../../db/aggregates.ts';
import { channelBucket, setPacing } from '../../db/broadcast-pacing.ts';
import { load } from '../../db/execute.ts';
import type { Tx } from '../../db/transaction.ts';
import { pacingPolicySchema } from '../../domain/outreach/pacing.ts';
import type { ApiDeps } from '../api-deps.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { pacingSchema } from '../schemas/channel-pacing.ts';
import { idParams } from '../schemas/common.ts';

const tag = 'channels';
const path = '/v1/channels/{id}/pacing';
const answer = { description: 'The pace.', schema: pacingSchema };

async function requireChannel(tx: Tx, deps: ApiDeps, id: string): Promise<void> {
  const { state, exists } = await load(deps.database, tx, aggregates.channel, id);
  found(exists && state.deletedAt === null ? state : undefined, 'channel');
}

export const channelPacingRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path,
    scope: 'read',
    operationId: 'readChannelPacing',
    tag,
    summary: "Reads how fast the channel's number sends broadcasts",
    params: idParams,
    answer,
    handle: async ({ params }, { read, deps }) => ({
      body: await read(async (tx) => {
        await requireChannel(tx, deps, params.id);
        const { policy, state } = await channelBucket(tx, params.id);
        return { ...policy, gateway: state.capping && { ...state.capping, until: momentOf(state.capping.until) } };
      }),
    }),
  }),
  writeRoute({
    method: 'patch',
    path,
    scope: 'write',
    operationId: 'setChannelPacing',
    tag,
    summary: "Sets how fast the channel's number sends broadcasts; what is left out stays",
    description:
      'All broadcasts of the channel share this pace, and each keeps to its own rate as well. A new number wants a `warmUp`. In `quietHours` nobody is written to, by their own time zone. Takes effect with the next message.',
    params: idParams,
    body: pacingPolicySchema.partial(),
    answer,
    handle: async ({ params, body }, { tx, deps }) => {
      await requireChannel(tx, deps, params.id);
      const { policy, state } = await channelBucket(tx, params.id, true);
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      const changed = { ...policy, ...given };
      await setPacing(tx, params.id, changed);
      return {
        body: { ...changed, gateway: state.capping && { ...state.capping, until: momentOf(state.capping.until) } },
      };
    },
  }),
];

const momentOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
