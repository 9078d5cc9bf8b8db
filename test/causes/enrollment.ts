// How the events of enrolments come about, in campaigns and in sequences alike.
import { byCommand, byHttp, type Causes, type CauseWorld } from './cause.ts';
import { newContact } from './things.ts';

/** What differs: where the campaign or sequence is made, and what its steps are told with when they are over. */
export type EnrollmentWays = {
  readonly family: 'campaign' | 'sequence';
  readonly make: (world: CauseWorld) => Promise<{ readonly id: string; readonly stepIds: readonly string[] }>;
  readonly stepDone: { readonly caller: string; readonly data: (stepId: string) => object };
};

/** The causes of the six events of a family's enrolments; `make` gives something with two steps. */
export function enrollmentCauses({ family, make, stepDone }: EnrollmentWays): Causes {
  const enrolled = async (world: CauseWorld): Promise<{ enrollmentId: string; stepIds: readonly string[] }> => {
    const { id, stepIds } = await make(world);
    await world.call('POST', `/v1/${family}s/${id}/activate`);
    const contactIds = [await newContact(world)];
    const made = await world.call('POST', `/v1/${family}s/${id}/enrollments`, { contactIds });
    return { enrollmentId: String(made['enrolled']?.[0]?.['id']), stepIds };
  };
  /** Verbs on a new enrolment, one after the other. */
  const asked = (...calls: readonly (readonly [verb: string, body?: unknown])[]) =>
    byHttp(async (world) => {
      const { enrollmentId } = await enrolled(world);
      for (const [verb, body] of calls)
        await world.call('POST', `/v1/${family}-enrollments/${enrollmentId}/${verb}`, body);
    });
  const done = (steps: number) =>
    byCommand(stepDone.caller, async (world) => {
      const { enrollmentId, stepIds } = await enrolled(world);
      for (const stepId of stepIds.slice(0, steps)) {
        const command = { type: `${family}_enrollment.advance`, data: stepDone.data(stepId) };
        await world.run(`${family}Enrollment`, enrollmentId, command);
      }
    });
  return {
    [`${family}.contact_enrolled`]: byHttp(enrolled),
    [`${family}.enrollment_advanced`]: done(1),
    [`${family}.enrollment_completed`]: done(2),
    [`${family}.enrollment_exited`]: asked(['exit', { reason: 'asked to' }]),
    [`${family}.enrollment_paused`]: asked(['pause']),
    [`${family}.enrollment_resumed`]: asked(['pause'], ['resume']),
  };
}
