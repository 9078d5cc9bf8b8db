// Channel types: what a tenant's channels of one type can do. The first channel of a type brings it along.
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { channelTypes } from '../../db/schema/channels.ts';
import { channelTypeId } from '../../db/stores/channel-type-store.ts';
import type { ChannelType } from '../../domain/channel/channel-types.ts';
import { channelTypeCommands } from '../../domain/channel-type/commands.ts';
import type { WriteContext } from '../call-context.ts';
import type { Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { channelTypeSchema } from '../schemas/channel-type.ts';

const definition = aggregates.channelType;
const creation = channelTypeCommands['channel_type.create'];
const update = channelTypeCommands['channel_type.update'];
const { create, list, read, verb } = resource({
  definition,
  name: 'channel type',
  schemaName: 'ChannelType',
  path: '/v1/channel-types',
  tag: 'channels',
  schema: channelTypeSchema,
});

/** Makes the tenant's channel type when a first channel needs it. */
export async function ensureChannelType({ tx, run, deps, caller }: WriteContext, name: ChannelType): Promise<void> {
  const id = channelTypeId(caller.tenantId, name);
  if ((await readOne(tx, deps.database.keysOf, definition.store, id)) !== undefined) return;
  await run(definition, id, { type: 'channel_type.create', data: { channelTypeId: id, name } });
}

export const channelTypeRoutes: readonly Route[] = [
  create('channel_type.create', commandRoutes['channel_type.create'], {
    operationId: 'createChannelType',
    summary: 'Creates a channel type; without provider and capabilities it has the usual ones',
    idName: 'channelTypeId',
    id: ({ name }, { caller }) => channelTypeId(caller.tenantId, name),
    body: creation.omit({ channelTypeId: true }).strict(),
  }),
  list({ name: creation.shape.name.optional() }, (query) => equal(channelTypes.name, query.name)),
  read(),
  verb('channel_type.update', commandRoutes['channel_type.update'], {
    operationId: 'updateChannelType',
    summary: 'Changes provider or capabilities',
    body: update.strict(),
  }),
];
