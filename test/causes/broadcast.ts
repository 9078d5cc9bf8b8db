// How the events of broadcasts come about.
import { byCommand, byHttp, type Causes, type CauseWorld } from './cause.ts';
import { newList, nextYear, text } from './outreach.ts';

const path = '/v1/broadcasts';

async function newBroadcast(world: CauseWorld): Promise<string> {
  const { call, projectId } = world;
  const listId = await newList(world);
  const channelId = String((await call('POST', '/v1/channels', { projectId, name: 'WhatsApp', type: 'waha' }))['id']);
  const data = { webhookUrl: 'https://api.example/x' };
  await world.run('channel', channelId, { type: 'channel.confirm_working', data });
  const made = await call('POST', path, { projectId, channelId, listId, name: 'Opening hours', message: text });
  return String(made['id']);
}

async function startedBroadcast(world: CauseWorld): Promise<string> {
  const id = await newBroadcast(world);
  await world.call('POST', `${path}/${id}/start`);
  return id;
}

/** Verbs on a new broadcast, one after the other. */
const asked = (...verbs: readonly string[]) =>
  byHttp(async (world) => {
    const id = await newBroadcast(world);
    for (const verb of verbs) await world.call('POST', `${path}/${id}/${verb}`);
  });

export const broadcastCauses: Causes = {
  'broadcast.created': asked(),
  'broadcast.scheduled': byHttp(async (world) => {
    const scheduledAt = nextYear();
    await world.call('POST', `${path}/${await newBroadcast(world)}/schedule`, { scheduledAt });
  }),
  'broadcast.started': asked('start'),
  'broadcast.paused': asked('start', 'pause'),
  'broadcast.resumed': asked('start', 'pause', 'resume'),
  'broadcast.cancelled': asked('cancel'),
  'broadcast.completed': byCommand('the broadcast’s saga, once no recipient is left', async (world) => {
    const data = { pending: 0, sending: 0, sent: 0, failed: 0, skipped: 0 };
    await world.run('broadcast', await startedBroadcast(world), { type: 'broadcast.complete', data });
  }),
  'broadcast.failed': byCommand('the broadcast’s saga, when it can’t go on', async (world) => {
    const data = { reason: 'the channel was deleted' };
    await world.run('broadcast', await startedBroadcast(world), { type: 'broadcast.fail', data });
  }),
};
