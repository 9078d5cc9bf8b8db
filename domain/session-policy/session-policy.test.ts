// The session policy: defaults, changes without an event, and the one order its terms must keep.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { defaultTerms } from './terms.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const { session_policy: policy } = aggregates;
const create = (more: object = {}): Input => ({
  type: 'session_policy.create',
  data: { sessionPolicyId: id(10), projectId: id(11), ...more },
});

describe('session policy', () => {
  it('has the usual terms where nothing else is said, and null is a term', () => {
    const state = given(policy).when('session_policy.create', create().data).thenEvents([]);
    const { inactivitySeconds, abandonSeconds, escalateSeconds, reassignSeconds, autoAssign } = state;
    assert.deepEqual({ inactivitySeconds, abandonSeconds, escalateSeconds, reassignSeconds, autoAssign }, defaultTerms);
    assert.deepEqual([state.channelId, state.createdAt], [null, momentOf(0)]);
    const never = given(policy)
      .when('session_policy.create', create({ channelId: id(12), inactivitySeconds: null, autoAssign: true }).data)
      .thenEvents([]);
    assert.deepEqual([never.channelId, never.inactivitySeconds, never.autoAssign], [id(12), null, true]);
    given(policy, [create()]).when('session_policy.create', create().data).thenRefused('session_policy_exists');
  });

  it('changes what is given, and nothing when that is nothing', () => {
    const made = given(policy, [create({ escalateSeconds: 60 })]);
    const state = made.when('session_policy.update', { escalateSeconds: null, reassignSeconds: 30 }).thenEvents([]);
    assert.deepEqual([state.escalateSeconds, state.reassignSeconds, state.updatedAt], [null, 30, momentOf(1)]);
    made.when('session_policy.update', { escalateSeconds: 60 }).thenNothing();
    const gone = made.when('session_policy.delete').thenEvents([]);
    given(policy, [], gone).when('session_policy.update', {}).thenRefused('not_found');
    given(policy).when('session_policy.delete').thenRefused('not_found');
  });

  it('has no session abandoned that has ended before', () => {
    const refused = 'abandoned_after_end';
    given(policy)
      .when('session_policy.create', create({ abandonSeconds: 1_800 }).data)
      .thenRefused(refused);
    const made = given(policy, [create({ abandonSeconds: 1_799 })]);
    made.when('session_policy.update', { inactivitySeconds: 60 }).thenRefused(refused);
    made.when('session_policy.update', { inactivitySeconds: null, abandonSeconds: 9_000 }).thenEvents([]);
  });
});
