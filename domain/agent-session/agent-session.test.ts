// An agent's part in a session: joined once, left once.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const [agentSessionId, agentId, sessionId, projectId] = [1, 2, 3, 4].map(
  (n) => `018f5a10-0000-7000-8000-00000000000${n}`,
) as [string, string, string, string];
const part = { agentSessionId, agentId, sessionId };
const join: Input = { type: 'agent_session.join', data: { ...part, projectId } };
const leave = (reason: string): Input => ({ type: 'agent_session.leave', data: { reason } });

describe('agent session', () => {
  it('begins by joining', () => {
    const state = given(aggregates.agent_session)
      .when('agent_session.join', join.data)
      .thenEvents([{ type: 'agent_session.joined', data: { ...part, joinedAt: momentOf(0) } }]);
    assert.deepEqual([state.projectId, state.leftAt], [projectId, null]);
    given(aggregates.agent_session, [join]).when('agent_session.join', join.data).thenRefused('agent_session_exists');
  });

  it('ends by leaving; the first reason stands', () => {
    given(aggregates.agent_session).when('agent_session.leave', { reason: 'left' }).thenRefused('not_found');
    const state = given(aggregates.agent_session, [join])
      .when('agent_session.leave', { reason: 'reassigned' })
      .thenEvents([{ type: 'agent_session.left', data: { ...part, leftAt: momentOf(1), reason: 'reassigned' } }]);
    assert.deepEqual([state.leftAt, state.leaveReason], [momentOf(1), 'reassigned']);
    given(aggregates.agent_session, [join, leave('left')])
      .when('agent_session.leave', { reason: 'inactivity' })
      .thenNothing();
  });
});
