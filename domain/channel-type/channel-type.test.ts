// The channel type: the usual capabilities unless said otherwise; what is the same already is no change.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { channelTypes, typeFacts } from '../channel/channel-types.ts';
import { channelTypeCommands } from './commands.ts';

const channelTypeId = '018f5a10-0000-7000-8000-000000000006';
const create: Input = { type: 'channel_type.create', data: { channelTypeId, name: 'telegram' } };
const type = aggregates.channel_type;

describe('channel type', () => {
  it('is made once, of what is usual or of what is said', () => {
    const { provider, capabilities } = typeFacts.telegram;
    given(type)
      .when('channel_type.create', create.data)
      .thenEvents([
        {
          type: 'channel_type.created',
          data: { channelTypeId, name: 'telegram', provider, capabilities: [...capabilities] },
        },
      ]);
    const own = { channelTypeId, name: 'whatsapp', provider: '360dialog', capabilities: ['text'] };
    const state = given(type).when('channel_type.create', own).thenTypes('channel_type.created');
    assert.deepEqual([state.provider, state.capabilities], ['360dialog', ['text']]);
    given(type, [create]).when('channel_type.create', create.data).thenRefused('channel_type_exists');
    given(type).when('channel_type.update', { provider: 'x' }).thenRefused('not_found');
    const twice = { channelTypeId, name: 'telegram', capabilities: ['text', 'text'] };
    assert.equal(channelTypeCommands['channel_type.create'].safeParse(twice).success, false);
  });

  it('says which fields were changed, if any', () => {
    const one = given(type, [create]);
    const changed = one
      .when('channel_type.update', { provider: 'own', capabilities: ['text', 'media'] })
      .thenEvents([{ type: 'channel_type.updated', data: { channelTypeId, changes: ['provider', 'capabilities'] } }]);
    assert.deepEqual([changed.provider, changed.capabilities], ['own', ['text', 'media']]);
    one.when('channel_type.update', { provider: 'telegram' }).thenNothing();
    one.when('channel_type.update', { capabilities: [...typeFacts.telegram.capabilities].reverse() }).thenNothing();
  });

  it('is known of every type of channel, and only one can be connected so far', () => {
    assert.deepEqual(
      channelTypes.filter((name) => typeFacts[name].hasAdapter),
      ['waha'],
    );
  });

  it('never names a capability twice nor none, whatever is asked of it', () => {
    fc.assert(
      fc.property(arbitraryCommands(type, { first: 'channel_type.create' }), (inputs) => {
        for (const { after } of runAll(type, inputs).steps) {
          assert.ok(after.capabilities.length > 0);
          assert.equal(new Set(after.capabilities).size, after.capabilities.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
