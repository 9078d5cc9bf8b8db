// A pipeline's status: one event a changed field; removed for good.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const about = { statusId: id(10), pipelineId: id(11) };
const said = { ...about, name: 'New', statusType: 'open' } as const;
const create: Input = { type: 'status.create', data: { ...said, projectId: id(12) } };
const { status } = aggregates;

describe('status', () => {
  it('is made once, active', () => {
    const state = given(status)
      .when('status.create', create.data)
      .thenEvents([{ type: 'status.created', data: said }]);
    assert.deepEqual([state.projectId, state.active, state.createdAt], [id(12), true, momentOf(0)]);
    given(status, [create]).when('status.create', create.data).thenRefused('status_exists');
    given(status).when('status.activate').thenRefused('not_found');
  });

  it('tells each changed field by itself', () => {
    const one = given(status, [create]);
    one.when('status.update', { name: 'New', description: null }).thenNothing();
    const state = one.when('status.update', { name: 'Won', statusType: 'won' }).thenEvents([
      { type: 'status.updated', data: { ...about, field: 'name', oldValue: 'New', newValue: 'Won' } },
      { type: 'status.updated', data: { ...about, field: 'statusType', oldValue: 'open', newValue: 'won' } },
    ]);
    assert.deepEqual([state.name, state.statusType], ['Won', 'won']);
  });

  it('is deactivated and activated, each once', () => {
    given(status, [create]).when('status.activate').thenNothing();
    const state = given(status, [create])
      .when('status.deactivate')
      .thenEvents([{ type: 'status.deactivated', data: about }]);
    given(status, [], state).when('status.deactivate').thenNothing();
    given(status, [], state).when('status.activate').thenTypes('status.activated');
  });

  it('once removed takes no more commands', () => {
    const state = given(status, [create]).when('status.remove').thenTypes('status.deactivated', 'status.updated');
    assert.deepEqual([state.active, state.removedAt], [false, momentOf(1)]);
    given(status, [], state).when('status.remove').thenNothing();
    for (const command of ['status.update', 'status.activate', 'status.deactivate'] as const)
      given(status, [], state).when(command).thenRefused('status_removed');
    const off: Input = { type: 'status.deactivate', data: {} };
    given(status, [create, off]).when('status.remove').thenTypes('status.updated');
  });

  it('is never active once it is removed', () => {
    const commands = arbitraryCommands(status, { first: 'status.create', rare: ['status.remove', 'status.create'] });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { before, after, events } of runAll(status, inputs).steps) {
          if (before.removedAt !== null) assert.deepEqual(after, before);
          if (after.removedAt !== null) assert.equal(after.active, false);
          if (before.createdAt !== null)
            assert.equal(events.length > 0, JSON.stringify(before) !== JSON.stringify(after));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
