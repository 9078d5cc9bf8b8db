// How the events of campaigns and of those who are in them come about.
import { byHttp, type Causes, type CauseWorld } from './cause.ts';
import { enrollmentCauses } from './enrollment.ts';
import { nextYear } from './outreach.ts';

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
  ...enrollmentCauses({
    family: 'campaign',
    make: newCampaign,
    stepDone: {
      caller: 'the enrolment’s saga, when a step ended',
      data: (stepId) => ({ stepId, outcome: 'done' }),
    },
  }),
};
