// How the events of trackings and enrichments come about.
import { insertEnrichment } from '../../db/insert-enrichment.ts';
import { inTenant } from '../../db/transaction.ts';
import { byCommand, byHttp, type Causes, type CauseWorld } from './cause.ts';
import { newContact, newMessage } from './things.ts';

async function newTracking(world: CauseWorld): Promise<string> {
  const trackingId = world.newId();
  const { projectId } = world;
  const data = { trackingId, projectId, contactId: await newContact(world), source: 'FB_Ads', platform: 'facebook' };
  await world.run('tracking', trackingId, { type: 'tracking.create', data });
  return trackingId;
}

/** An enrichment as the inbound saga requests it. */
async function requested(world: CauseWorld): Promise<string> {
  const { projectId, database, tenantId } = world;
  const { messageId, contactId } = await newMessage(world);
  const id = world.newId();
  const mediaUrl = 'https://gateway.example/1.jpg';
  const createdAt = '2026-06-09T10:13:20.000Z';
  const row = { id, projectId, messageId, contactId, mediaUrl, createdAt };
  await inTenant(database.pool, tenantId, (tx) => insertEnrichment(tx, database.keysOf, row));
  return id;
}

export const trackingCauses: Causes = {
  'tracking.created': byCommand('the inbound message saga, for a message that came from an advert', newTracking),
  'tracking.enriched': byCommand('the inbound message saga, with what the advert said', async (world) => {
    const trackingId = await newTracking(world);
    const data = { enrichmentSource: 'whatsapp', changes: { campaign: 'spring' } };
    await world.run('tracking', trackingId, { type: 'tracking.enrich', data });
  }),
};

export const enrichmentCauses: Causes = {
  'enrichment.completed': byHttp(async (world) =>
    world.call('POST', `/v1/enrichments/${await requested(world)}/complete`, {
      provider: 'own',
      result: { text: 'A red shoe' },
    }),
  ),
  'enrichment.failed': byHttp(async (world) =>
    world.call('POST', `/v1/enrichments/${await requested(world)}/fail`, { provider: 'own', reason: 'unreadable' }),
  ),
};
