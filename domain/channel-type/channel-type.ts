// The channel type: what a tenant's channels of one type can do, and through whom. The row is the truth; its id is made of tenant and type.
import { type Capability, type ChannelType as TypeName, typeFacts } from '../channel/channel-types.ts';
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { ChannelTypeCommand } from './commands.ts';
import type { ChannelTypeEvent } from './events.ts';

/** A channel type's state. */
export type ChannelType = {
  readonly id: string;
  readonly name: TypeName;
  readonly provider: string;
  readonly capabilities: readonly Capability[];
  readonly createdAt: string | null;
};

export const channelType = defineAggregate<ChannelType, ChannelTypeCommand, ChannelTypeEvent>({
  aggregate: 'channel_type',
  storage: 'state',
  initialState: () => ({ id: '', name: 'waha', provider: '', capabilities: [], createdAt: null }),
  decide,
  evolve,
});

function decide(command: ChannelTypeCommand, state: ChannelType): ChannelTypeEvent[] {
  if (command.type === 'channel_type.create') {
    if (state.createdAt !== null)
      throw violated('channel_type_exists', 'This type of channel is there already: change it instead.');
    const { channelTypeId, name, ...given } = command.data;
    const usual = typeFacts[name];
    const facts = {
      provider: given.provider ?? usual.provider,
      capabilities: [...(given.capabilities ?? usual.capabilities)],
    };
    return [{ type: 'channel_type.created', data: { channelTypeId, name, ...facts } }];
  }
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such channel type.');
  const changes = changesOf(command.data, state);
  return changes.length === 0 ? [] : [{ type: 'channel_type.updated', data: { channelTypeId: state.id, changes } }];
}

type Update = Extract<ChannelTypeCommand, { type: 'channel_type.update' }>['data'];

function changesOf({ provider, capabilities }: Update, state: ChannelType): string[] {
  const isNews = capabilities !== undefined && !isSameSet(capabilities, state.capabilities);
  return [
    ...(provider !== undefined && provider !== state.provider ? ['provider'] : []),
    ...(isNews ? ['capabilities'] : []),
  ];
}

const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name) => other.includes(name));

function evolve(state: ChannelType, event: ChannelTypeEvent, command: ChannelTypeCommand): ChannelType {
  switch (event.type) {
    case 'channel_type.created': {
      const { channelTypeId, ...facts } = event.data;
      return { ...state, id: channelTypeId, ...facts, createdAt: command.at };
    }
    case 'channel_type.updated': {
      if (command.type !== 'channel_type.update') return state;
      const { provider, capabilities } = command.data;
      return { ...state, provider: provider ?? state.provider, capabilities: capabilities ?? state.capabilities };
    }
  }
}
