// The agent: what it may do is what was granted and not revoked; only active people with an address sign in.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { permissions } from './permissions.ts';

const [agentId, projectId] = [1, 2].map((n) => `018f5a10-0000-7000-8000-00000000000${n}`) as [string, string];
const about = { agentId, projectId, tenantId: 'demo', name: 'Rita', email: 'rita@example.com' };
const person = { ...about, type: 'human', role: 'viewer' } as const;
const create: Input = { type: 'agent.create', data: person };
const granted = (permission: (typeof permissions)[number]) =>
  ({ type: 'agent.permission_granted', data: { agentId, permission } }) as const;

describe('agent', () => {
  it('is made once, with what its role starts with or what is given', () => {
    const made = given(aggregates.agent).when('agent.create', person);
    const state = made.thenEvents([{ type: 'agent.created', data: person }, granted('read')]);
    assert.deepEqual([state.permissions, state.status, state.createdAt], [['read'], 'active', momentOf(0)]);
    given(aggregates.agent)
      .when('agent.create', { ...person, role: 'admin', permissions: ['write', 'read', 'write'] })
      .thenEvents([{ type: 'agent.created', data: { ...person, role: 'admin' } }, granted('read'), granted('write')]);
    given(aggregates.agent, [create]).when('agent.create', person).thenRefused('agent_exists');
    given(aggregates.agent).when('agent.activate').thenRefused('not_found');
  });

  it('changes what differs; a changed role leaves the permissions', () => {
    const one = given(aggregates.agent, [create]);
    one.when('agent.update', { name: 'Rita', role: 'viewer' }).thenNothing();
    const state = one
      .when('agent.update', { name: 'Rita Lima', email: 'rita@example.com', role: 'admin' })
      .thenEvents([{ type: 'agent.updated', data: { agentId, changes: ['name', 'role'] } }]);
    assert.deepEqual([state.name, state.role, state.permissions], ['Rita Lima', 'admin', ['read']]);
  });

  it('is granted and revoked each permission once', () => {
    const one = given(aggregates.agent, [create]);
    one.when('agent.grant_permission', { permission: 'read' }).thenNothing();
    one.when('agent.revoke_permission', { permission: 'send' }).thenNothing();
    one.when('agent.grant_permission', { permission: 'raw' }).thenEvents([granted('raw')]);
    const none = one.when('agent.revoke_permission', { permission: 'read' }).thenTypes('agent.permission_revoked');
    assert.deepEqual(none.permissions, []);
  });

  it('is deactivated and activated, each once', () => {
    const one = given(aggregates.agent, [create]);
    one.when('agent.activate').thenNothing();
    assert.equal(one.when('agent.deactivate').thenTypes('agent.deactivated').status, 'inactive');
    const gone = given(aggregates.agent, [create, { type: 'agent.deactivate', data: {} }]);
    gone.when('agent.deactivate').thenNothing();
    assert.equal(gone.when('agent.activate').thenTypes('agent.activated').status, 'active');
    gone.when('agent.log_in').thenRefused('agent_inactive');
  });

  it('signs in when it is a person with an address', () => {
    const data = { agentId, loggedInAt: momentOf(1) };
    const one = given(aggregates.agent, [create])
      .when('agent.log_in')
      .thenEvents([{ type: 'agent.logged_in', data }]);
    assert.equal(one.lastLoginAt, momentOf(1));
    const other = (fields: object) =>
      given(aggregates.agent, [{ type: 'agent.create', data: { ...person, ...fields } }]);
    for (const type of ['ai', 'bot']) other({ type }).when('agent.log_in').thenRefused('agent_not_human');
    other({ email: undefined }).when('agent.log_in').thenRefused('agent_without_email');
  });

  it('has each permission once, in their order, whatever is asked of it', () => {
    const commands = arbitraryCommands(aggregates.agent, { first: 'agent.create' });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { after, events } of runAll(aggregates.agent, inputs).steps) {
          assert.deepEqual(
            after.permissions,
            permissions.filter((one) => after.permissions.includes(one)),
          );
          if (events.some(({ type }) => type === 'agent.logged_in')) assert.equal(after.status, 'active');
        }
      }),
      { numRuns: 1000 },
    );
  });
});
