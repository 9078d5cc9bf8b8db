// How the events of sessions come about.
import { byCommand, byHttp, type Cause, type Causes, type CauseWorld } from './cause.ts';
import { newAgent } from './people.ts';
import { newSession } from './things.ts';

const inbound = 'the inbound message saga';

/** A session in which the contact has written once. */
async function begun(world: CauseWorld): Promise<string> {
  const { sessionId } = await newSession(world);
  const data = { messageId: world.newId(), fromContact: true, recordedAt: '2026-06-09T10:13:20.000Z' };
  await world.run('session', sessionId, { type: 'session.record_message', data });
  return sessionId;
}

const asked = (verb: string, body: object | ((world: CauseWorld) => Promise<object>) = {}): Cause =>
  byHttp(async (world) => {
    const said = typeof body === 'function' ? await body(world) : body;
    await world.call('POST', `/v1/sessions/${await begun(world)}/${verb}`, said);
  });

export const sessionCauses: Causes = {
  'session.started': byCommand(inbound, (world) => newSession(world)),
  'session.message_recorded': byCommand(inbound, begun),
  'session.ended': asked('close', { reason: 'manual_close' }),
  'session.resolved': asked('resolve'),
  'session.escalated': asked('escalate'),
  'session.agent_assigned': asked('assign', async (world) => ({ agentId: (await newAgent(world)).agentId })),
  'session.summarized': asked('summarize', {
    summary: 'Asked for the hours.',
    sentiment: 'neutral',
    sentimentScore: 0,
  }),
  'session.abandoned': byCommand('the session’s lifecycle: the contact has not answered for long', async (world) => {
    await world.run('session', await begun(world), { type: 'session.abandon', data: {} });
  }),
};
