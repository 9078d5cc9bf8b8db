// How the events of messages come about.
import { byCommand, type Cause, type Causes, type CauseWorld } from './cause.ts';
import { newContact, newMessage } from './things.ts';

const inbound = 'the inbound message saga';
const gateway = 'the gateway-event saga: the gateway tells what became of a message';
const at = '2026-06-09T10:14:00.000Z';

const told = (type: string, data: object, fields: object = {}): Cause =>
  byCommand(gateway, async (world) => {
    const { messageId } = await newMessage(world, fields);
    await world.run('message', messageId, { type, data });
  });
/** What the gateway acknowledges of a message that was written on the phone. */
const acknowledged = (status: string): Cause =>
  told('message.apply_status', { status, at }, { fromMe: true, source: 'manual', status: 'sent' });

/** A message that waits to be sent. */
async function queued(world: CauseWorld): Promise<string> {
  const { tenantId, projectId, channelId, newId } = world;
  const messageId = newId();
  const place = { messageId, tenantId, projectId, channelId, contactId: await newContact(world) };
  const data = { ...place, source: 'manual', messageType: 'text', body: 'oi' };
  await world.run('message', messageId, { type: 'message.queue', data });
  return messageId;
}

const received = (messageType: string, mimetype: string): Cause =>
  byCommand(inbound, (world) =>
    newMessage(world, { messageType, media: { url: 'https://gateway.example/file', mimetype, durationSeconds: 3 } }),
  );

export const messageCauses: Causes = {
  'message.created': byCommand(inbound, (world) => newMessage(world)),
  'message.sent': byCommand('the send saga', async (world) => {
    const messageId = await queued(world);
    await world.run('message', messageId, { type: 'message.apply_status', data: { status: 'sent', at } });
  }),
  'message.delivered': acknowledged('delivered'),
  'message.read': acknowledged('read'),
  'message.played': acknowledged('played'),
  'message.failed': byCommand('the send saga, when the gateway refuses', async (world) => {
    const data = { status: 'failed', at, failureReason: 'gateway_refused' };
    await world.run('message', await queued(world), { type: 'message.apply_status', data });
  }),
  'message.edited': told('message.edit', { body: 'olá', editedAt: at }),
  'message.revoked': told('message.revoke', { revokedAt: at }),
  'message.reaction_set': byCommand(gateway, async (world) => {
    const { messageId, contactId } = await newMessage(world);
    const data = { contactId, reaction: '👍', reactedAt: at, fromMe: false };
    await world.run('message', messageId, { type: 'message.set_reaction', data });
  }),
  'message.ai.process_image_requested': received('image', 'image/jpeg'),
  'message.ai.process_video_requested': received('video', 'video/mp4'),
  'message.ai.process_audio_requested': received('audio', 'audio/mpeg'),
  'message.ai.process_voice_requested': received('voice', 'audio/ogg'),
};
