// How the events of sequences and of those who are in them come about.
import { byCommand, byHttp, type Causes, type CauseWorld } from './cause.ts';
import { text } from './outreach.ts';
import { newContact } from './things.ts';

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

type Enrolled = { readonly enrollmentId: string; readonly stepIds: readonly string[] };

async function enrolled(world: CauseWorld): Promise<Enrolled> {
  const id = await newSequence(world);
  const stepIds = [world.newId(), world.newId()];
  for (const stepId of stepIds)
    await world.call('POST', `${path}/${id}/steps`, { stepId, delay: atOnce, message: text });
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
      await world.call('POST', `/v1/sequence-enrollments/${enrollmentId}/${verb}`, body);
  });

/** Steps that were sent. */
const sent = (steps: number) =>
  byCommand('the enrolment’s saga, when a step was sent', async (world) => {
    const { enrollmentId, stepIds } = await enrolled(world);
    for (const stepId of stepIds.slice(0, steps))
      await world.run('sequenceEnrollment', enrollmentId, { type: 'sequence_enrollment.advance', data: { stepId } });
  });

export const sequenceCauses: Causes = {
  'sequence.created': byHttp(newSequence),
  'sequence.step_added': asked(),
  'sequence.activated': asked('activate'),
  'sequence.paused': asked('activate', 'pause'),
  'sequence.resumed': asked('activate', 'pause', 'resume'),
  'sequence.archived': asked('archive'),
  'sequence.contact_enrolled': byHttp(enrolled),
  'sequence.enrollment_advanced': sent(1),
  'sequence.enrollment_completed': sent(2),
  'sequence.enrollment_exited': ofEnrollment(['exit', { reason: 'asked to' }]),
  'sequence.enrollment_paused': ofEnrollment(['pause']),
  'sequence.enrollment_resumed': ofEnrollment(['pause'], ['resume']),
};
