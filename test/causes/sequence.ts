// How the events of sequences and of those who are in them come about.
import { byHttp, type Causes, type CauseWorld } from './cause.ts';
import { enrollmentCauses } from './enrollment.ts';
import { text } from './outreach.ts';

const path = '/v1/sequences';
const atOnce = { amount: 0, unit: 'minutes' };

async function newSequence({ call, projectId }: CauseWorld): Promise<string> {
  return String((await call('POST', path, { projectId, name: 'Welcome' }))['id']);
}

/** Verbs on a new sequence with a step, one after the other. */
const asked = (...verbs: readonly string[]) =>
  byHttp(async (world) => {
    const id = await newSequence(world);
    await world.call('POST', `${path}/${id}/steps`, { delay: atOnce, message: text });
    for (const verb of verbs) await world.call('POST', `${path}/${id}/${verb}`);
  });

async function withTwoSteps(world: CauseWorld): Promise<{ id: string; stepIds: string[] }> {
  const id = await newSequence(world);
  const stepIds = [world.newId(), world.newId()];
  for (const stepId of stepIds)
    await world.call('POST', `${path}/${id}/steps`, { stepId, delay: atOnce, message: text });
  return { id, stepIds };
}

export const sequenceCauses: Causes = {
  'sequence.created': byHttp(newSequence),
  'sequence.step_added': asked(),
  'sequence.activated': asked('activate'),
  'sequence.paused': asked('activate', 'pause'),
  'sequence.resumed': asked('activate', 'pause', 'resume'),
  'sequence.archived': asked('archive'),
  ...enrollmentCauses({
    family: 'sequence',
    make: withTwoSteps,
    stepDone: { caller: 'the enrolment’s saga, when a step was sent', data: (stepId) => ({ stepId }) },
  }),
};
