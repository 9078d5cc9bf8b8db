// The project's member: invited, accepted without an event, made something else, removed; the last owner stays.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const [memberId, projectId, invitedBy, agentId] = [1, 2, 3, 4].map(
  (n) => `018f5a10-0000-7000-8000-00000000000${n}`,
) as [string, string, string, string];
const invitation = { memberId, projectId, email: 'rita@example.com', invitedBy };
const invite = (role: string): Input => ({ type: 'project_member.invite', data: { ...invitation, role } });
const accept: Input = { type: 'project_member.accept', data: { agentId } };
const remove = (otherOwners: number) => ({ removedBy: invitedBy, otherOwners });
const become = (role: string, otherOwners: number) => ({ role, changedBy: invitedBy, otherOwners });

describe('project member', () => {
  it('is invited once', () => {
    given(aggregates.project_member)
      .when('project_member.invite', { ...invitation, role: 'member' })
      .thenEvents([
        { type: 'project_member.invited', data: { ...invitation, role: 'member', invitedAt: momentOf(0) } },
      ]);
    given(aggregates.project_member, [invite('member')])
      .when('project_member.invite', { ...invitation, role: 'admin' })
      .thenRefused('member_exists');
    given(aggregates.project_member).when('project_member.remove', remove(1)).thenRefused('not_found');
  });

  it('accepts once: the state says who and when', () => {
    const { state, when } = given(aggregates.project_member, [invite('member'), accept]);
    assert.deepEqual([state.agentId, state.acceptedAt], [agentId, momentOf(1)]);
    when('project_member.accept', accept.data).thenRefused('already_accepted');
  });

  it('becomes something else when it differs', () => {
    const one = given(aggregates.project_member, [invite('member')]);
    one.when('project_member.change_role', become('member', 0)).thenNothing();
    const data = { memberId, projectId, oldRole: 'member', newRole: 'admin', changedBy: invitedBy } as const;
    const state = one
      .when('project_member.change_role', become('admin', 0))
      .thenEvents([{ type: 'project_member.role_changed', data: { ...data, changedAt: momentOf(1) } }]);
    assert.equal(state.role, 'admin');
  });

  it('stays while it is the last owner; an invited owner is none yet', () => {
    const owner = given(aggregates.project_member, [invite('owner'), accept]);
    owner.when('project_member.remove', remove(0)).thenRefused('last_owner');
    owner.when('project_member.change_role', become('viewer', 0)).thenRefused('last_owner');
    owner.when('project_member.change_role', become('viewer', 1)).thenTypes('project_member.role_changed');
    owner.when('project_member.remove', remove(1)).thenTypes('project_member.removed');
    given(aggregates.project_member, [invite('owner')])
      .when('project_member.remove', remove(0))
      .thenTypes('project_member.removed');
  });

  it('is gone once removed', () => {
    const gone = given(aggregates.project_member, [
      invite('member'),
      { type: 'project_member.remove', data: remove(0) },
    ]);
    assert.equal(gone.state.removedAt, momentOf(1));
    gone.when('project_member.remove', remove(0)).thenRefused('not_found');
    gone.when('project_member.accept', accept.data).thenRefused('not_found');
  });
});
