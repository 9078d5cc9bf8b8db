// The project: set up once.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { given, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const projectId = '018f5a10-0000-7000-8000-000000000010';
const made = { projectId, userId: '018f5a10-0000-7000-8000-000000000011', tenantId: 'demo', name: 'Shop' };

describe('project', () => {
  it('is set up once', () => {
    const state = given(aggregates.project)
      .when('project.create', made)
      .thenEvents([{ type: 'project.created', data: made }]);
    assert.deepEqual(state, {
      id: projectId,
      userId: made.userId,
      name: 'Shop',
      billingAccountId: null,
      createdAt: momentOf(0),
    });
    const paid = given(aggregates.project)
      .when('project.create', { ...made, billingAccountId: made.userId })
      .thenTypes('project.created');
    assert.equal(paid.billingAccountId, made.userId);
    given(aggregates.project, [{ type: 'project.create', data: made }])
      .when('project.create', made)
      .thenRefused('project_exists');
  });
});
