// How the events of campaigns and of those who are in them come about.
import { byCommand, byHttp, type Causes, type CauseWorld } from './cause.ts';
import { nextYear } from './outreach.ts';
import { newContact } from './things.ts';

const path = '/v1/campaigns';
/** A step that may be over before its time. */
const wait = { stepType: 'wait', waitFor: 'reply', timeoutHours: 1 };

/** A campaign with two steps. */
async function newCampaign({ call, projectId, newId }: CauseWorld): Promise<{ id: string; stepIds: string[] }> {
  const { id } = await call('POST', path, { projectId, name: 'Spring', goalType: 'conversions', goalValue: 10 });
  const stepIds = [newId(), newId()];
  for (const stepId of stepIds) await call('POST', `${path}/${id}/steps`, { step: { stepId, ...wait } });
  return { id: String(id), stepIds };
}

/** Calls on a new campaign, one after the other. */
const asked = (...calls: readonly (readonly [verb: string, body?: unknown])[]) =>
  byHttp(async (world) => {
    const { id } = await newCampaign(world);
    for (const [verb, body] of calls) await world.call('POST', `${path}/${id}/${verb}`, body);
  });

async function enrolled(world: CauseWorld): Promise<{ enrollmentId: string; stepIds: string[] }> {
  const { id, stepIds } = await newCampaign(world);
  await world.call('POST', `${path}/${id}/activate`);
  const contactIds = [await newContact(world)];
  const made = await world.call('POST', `${path}/${id}/enrollments`, { contactIds });
  return { enrollmentId: String(made['enrolled']?.[0]?.['id']), stepIds };
}

/** Verbs on a new enrolment, one after the other. */
const ofEnrollment = (...calls: readonly (readonly [verb: string, body?: unknown])[]) =>
  byHttp(async (world) => {
    const { enrollmentId } = await enrolled(world);
    for (const [verb, body] of calls)
      await world.call('POST', `/v1/campaign-enrollments/${enrollmentId}/${verb}`, body);
  });

/** Steps that ended. */
const done = (steps: number) =>
  byCommand('the enrolment’s saga, when a step ended', async (world) => {
    const { enrollmentId, stepIds } = await enrolled(world);
    for (const stepId of stepIds.slice(0, steps)) {
      const command = { type: 'campaign_enrollment.advance', data: { stepId, outcome: 'done' } };
      await world.run('campaignEnrollment', enrollmentId, command);
    }
  });

export const campaignCauses: Causes = {
  'campaign.created': asked(),
  'campaign.step_added': asked(),
  'campaign.step_removed': byHttp(async (world) => {
    const { id, stepIds } = await newCampaign(world);
    await world.call('DELETE', `${path}/${id}/steps/${stepIds[0]}`);
  }),
  'campaign.scheduled': byHttp(async (world) => {
    const { id } = await newCampaign(world);
    await world.call('POST', `${path}/${id}/schedule`, { startDate: nextYear() });
  }),
  'campaign.activated': asked(['activate']),
  'campaign.paused': asked(['activate'], ['pause']),
  'campaign.resumed': asked(['activate'], ['pause'], ['resume']),
  'campaign.completed': asked(['activate'], ['complete']),
  'campaign.archived': asked(['archive']),
  'campaign.contact_enrolled': byHttp(enrolled),
  'campaign.enrollment_advanced': done(1),
  'campaign.enrollment_completed': done(2),
  'campaign.enrollment_exited': ofEnrollment(['exit', { reason: 'asked to' }]),
  'campaign.enrollment_paused': ofEnrollment(['pause']),
  'campaign.enrollment_resumed': ofEnrollment(['pause'], ['resume']),
};
