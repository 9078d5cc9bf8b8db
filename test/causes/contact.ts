// How the events of contacts come about.
import { byCommand, byHttp, type Cause, type Causes, type CauseWorld } from './cause.ts';
import { newPipeline, newStatus } from './pipeline.ts';
import { newContact, newSession } from './things.ts';

/** Calls on a new contact, one after the other. */
const asked = (...calls: readonly (readonly ['POST' | 'PATCH' | 'DELETE', string, unknown?])[]): Cause =>
  byHttp(async (world) => {
    const path = `/v1/contacts/${await newContact(world, { tags: ['vip'] })}`;
    for (const [method, below, body] of calls) await world.call(method, `${path}${below}`, body);
  });

/** Calls on a contact that entered a new pipeline of two statuses; each body gets the pipeline, and `statusId` where it moves. */
async function standing(
  world: CauseWorld,
  ...calls: readonly (readonly [verb: string, body: object])[]
): Promise<string> {
  const contactId = await newContact(world);
  const pipelinePath = await newPipeline(world);
  const pipelineId = pipelinePath.split('/').at(-1);
  await newStatus(world, pipelinePath);
  const statusId = await newStatus(world, pipelinePath, 'Won');
  const call = (verb: string, body: object) =>
    world.call('POST', `/v1/contacts/${contactId}/${verb}`, { pipelineId, ...body });
  await call('enter-pipeline', {});
  for (const [verb, body] of calls) await call(verb, verb === 'move-status' ? { statusId, ...body } : body);
  return contactId;
}
const placed = (...calls: readonly (readonly [string, object])[]): Cause =>
  byHttp((world) => standing(world, ...calls));

const inbound = 'the inbound message saga';
const told = (type: string, data: object): Cause =>
  byCommand(inbound, async (world) => {
    const { contactId, sessionId } = await newSession(world);
    const messageId = world.newId();
    await world.run('contact', contactId, {
      type,
      data: { messageId, sessionId, channelId: world.channelId, ...data },
    });
  });
const advert = { conversionSource: 'FB_Ads', adSourceType: 'ad', adSourceId: '120000000000001' };
const moment = '2026-06-09T10:13:20.000Z';
const assessment = { score: 80, qualified: true, answers: {}, confidence: 0.9, reasons: ['has a budget'] };

export const contactCauses: Causes = {
  'contact.created': asked(),
  'contact.updated': asked(['PATCH', '', { name: 'Ana Maria' }]),
  'contact.name_changed': asked(['PATCH', '', { name: 'Ana Maria' }]),
  'contact.email_set': asked(['PATCH', '', { email: 'ana@example.com' }]),
  'contact.phone_set': asked(),
  'contact.language_changed': asked(['PATCH', '', { language: 'pt-BR' }]),
  'contact.timezone_set': asked(['PATCH', '', { timezone: 'America/Sao_Paulo' }]),
  'contact.profile_picture_updated': asked(['PATCH', '', { profilePictureUrl: 'https://example.com/ana.jpg' }]),
  'contact.profile_picture_received': byCommand('the fetching of pictures from the gateway, to come', async (world) => {
    const contactId = await standing(world);
    const data = { tenantId: world.tenantId, profilePictureUrl: 'https://example.com/a.jpg', receivedAt: moment };
    await world.run('contact', contactId, { type: 'contact.receive_profile_picture', data });
  }),
  'contact.deleted': asked(['DELETE', '']),
  'contact.merged': byHttp(async (world) => {
    const contactIds = [await newContact(world)];
    await world.call('POST', `/v1/contacts/${await newContact(world)}/merge`, { contactIds, strategy: 'union' });
  }),
  'contact.anonymized': asked(['POST', '/anonymize', {}]),
  'contact.enriched': asked(['POST', '/enrich', { enrichmentSource: 'clearbit', enrichedData: { role: 'owner' } }]),
  'contact.tag_added': asked(),
  'contact.tag_removed': asked(['DELETE', '/tags/vip']),
  'contact.tags_cleared': asked(['DELETE', '/tags']),
  'contact.external_id_set': byHttp(async (world) => {
    const body = { externalId: world.newId(), source: 'shop' };
    await world.call('POST', `/v1/contacts/${await newContact(world)}/external-ids`, body);
  }),
  'contact.source_channel_set': byHttp(async (world) => {
    const { channelId } = world;
    await world.call('POST', `/v1/contacts/${await newContact(world)}/source-channel`, { channelId });
  }),
  'contact.opted_out': asked(['POST', '/opt-out', { reason: 'asked by phone' }]),
  'contact.opted_in': asked(['POST', '/opt-out', { reason: 'asked by phone' }], ['POST', '/opt-in', {}]),
  'contact.entered_pipeline': placed(),
  'contact.status_changed': placed(),
  'contact.pipeline_status_changed': placed(['move-status', {}]),
  'contact.exited_pipeline': placed(['exit-pipeline', { reason: 'lost' }]),
  'contact.lead_qualified': placed(['qualify', assessment]),
  'contact.interaction_recorded': told('contact.record_interaction', {
    interactionType: 'message_received',
    interactedAt: moment,
  }),
  'tracking.message.meta_ads': told('contact.track_ad', advert),
};
