// The user: made once, changed where it differs, deleted for good.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const userId = '018f5a10-0000-7000-8000-000000000001';
const olga = { userId, tenantId: 'demo', name: 'Olga', email: 'olga@example.com' };
const create: Input = { type: 'user.create', data: olga };

describe('user', () => {
  it('is made once', () => {
    given(aggregates.user)
      .when('user.create', olga)
      .thenEvents([{ type: 'user.created', data: olga }]);
    given(aggregates.user, [create]).when('user.create', olga).thenRefused('user_exists');
    given(aggregates.user).when('user.update', { name: 'x' }).thenRefused('not_found');
  });

  it('says which fields changed, not how', () => {
    const one = given(aggregates.user, [create]);
    one.when('user.update', { name: 'Olga' }).thenNothing();
    const state = one
      .when('user.update', { name: 'Olga', email: 'reis@example.com' })
      .thenEvents([{ type: 'user.updated', data: { userId, changes: ['email'] } }]);
    assert.deepEqual([state.name, state.email], ['Olga', 'reis@example.com']);
  });

  it('is deleted for good', () => {
    const one = given(aggregates.user, [create]);
    one.when('user.delete').thenEvents([{ type: 'user.deleted', data: { userId, deletedAt: momentOf(1) } }]);
    const gone = given(aggregates.user, [create, { type: 'user.delete', data: {} }]);
    for (const type of ['user.update', 'user.delete'] as const) gone.when(type, {}).thenRefused('not_found');
    gone.when('user.create', olga).thenRefused('user_exists');
  });
});
