// A contact's place in a list: in and out, each once, always the same contact in the same list.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const place = { listId: id(10), contactId: id(11) };
const add: Input = { type: 'contact_list_member.add', data: { ...place, memberId: id(12), projectId: id(13) } };
const remove: Input = { type: 'contact_list_member.remove', data: {} };
const { contact_list_member: member } = aggregates;

describe('contact list member', () => {
  it('comes in, goes out and comes in again, each once', () => {
    given(member).when('contact_list_member.remove').thenNothing();
    const state = given(member)
      .when('contact_list_member.add', add.data)
      .thenEvents([{ type: 'contact_list.contact_added', data: place }]);
    assert.deepEqual([state.id, state.addedAt, state.removedAt], [id(12), momentOf(0), null]);
    given(member, [add]).when('contact_list_member.add', add.data).thenNothing();
    given(member, [add])
      .when('contact_list_member.remove')
      .thenEvents([{ type: 'contact_list.contact_removed', data: place }]);
    given(member, [add, remove]).when('contact_list_member.remove').thenNothing();
    const again = given(member, [add, remove]).when('contact_list_member.add', add.data);
    const back = again.thenTypes('contact_list.contact_added');
    assert.deepEqual([back.createdAt, back.addedAt, back.removedAt], [momentOf(0), momentOf(2), null]);
    given(member, [add])
      .when('contact_list_member.add', { ...(add.data as object), contactId: id(14) })
      .thenRefused('other_place');
  });

  it('comes and goes by turns', () => {
    fc.assert(
      fc.property(arbitraryCommands(member, { first: 'contact_list_member.add' }), (inputs) => {
        const types = runAll(member, inputs).events.map(({ type }) => type);
        for (const [index, type] of types.entries())
          assert.equal(type, index % 2 === 0 ? 'contact_list.contact_added' : 'contact_list.contact_removed');
      }),
      { numRuns: 1000 },
    );
  });
});
