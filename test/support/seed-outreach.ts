// A broadcast, an active sequence and an active campaign of a test API's first tenant, with a contact in each; gives the ids by the name they have in paths.
import { newList } from '../causes/outreach.ts';
import type { TestApi } from './api.ts';
import { causeWorld } from './cause-world.ts';

/** What `seedTenant` adds of them. */
export async function seedOutreach(api: TestApi, contactId: string): Promise<Readonly<Record<string, string>>> {
  const { call } = api;
  const { projectId, channelId } = api.tenant;
  const post = async (path: string, body?: object): Promise<string> =>
    String((await call('POST', path, { body })).json['id']);
  const message = { type: 'text', content: 'x' };
  const delay = { amount: 0, unit: 'minutes' };
  const listId = await newList(causeWorld(api), [contactId]);
  const broadcasts = await post('/v1/broadcasts', { projectId, channelId, listId, name: 'Opening hours', message });
  const sequences = await post('/v1/sequences', { projectId, name: 'Welcome' });
  await post(`/v1/sequences/${sequences}/steps`, { delay, message });
  const campaigns = await post('/v1/campaigns', { projectId, name: 'Spring', goalType: 'engagement' });
  await post(`/v1/campaigns/${campaigns}/steps`, { step: { stepType: 'delay', delay } });
  const enroll = async (path: string): Promise<string> => {
    await post(`${path}/activate`);
    const { json } = await call('POST', `${path}/enrollments`, { body: { contactIds: [contactId] } });
    return String(json['enrolled']?.[0]?.['id']);
  };
  return {
    broadcasts,
    sequences,
    campaigns,
    'sequence-enrollments': await enroll(`/v1/sequences/${sequences}`),
    'campaign-enrollments': await enroll(`/v1/campaigns/${campaigns}`),
  };
}
