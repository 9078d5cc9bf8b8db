// The channel types' table. A type's id is made of tenant and name, so that whoever needs it need not ask for it.
import type { ChannelType } from '../../domain/channel-type/channel-type.ts';
import { derivedId } from '../../platform/clock.ts';
import { channelTypes } from '../schema/channels.ts';
import { defineStore } from '../state-store.ts';

/** The id of a tenant's channel type. */
export function channelTypeId(tenantId: string, name: string): string {
  return derivedId('channel type', tenantId, name);
}

export const channelTypeStore = defineStore<ChannelType>({
  table: channelTypes,
  columns: { id: 'plain', name: 'plain', provider: 'plain', capabilities: 'json', createdAt: 'time' },
  subject: (state) => state.id,
  erased: {},
});
