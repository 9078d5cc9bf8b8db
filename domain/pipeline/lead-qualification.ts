// By what a pipeline qualifies the contacts that enter it: questions that a model or a person answers, each worth points, and what enough of them do.
import { z } from 'zod';
import { id } from '../kernel/fields.ts';

/** At most this many criteria; their points add up to the highest score there can be. */
export const maxCriteria = 20;

/** A contact's score goes from 0 to this. */
const highestScore = 100;

/** One criterion: a question that is answered with yes or no. `key` names its answer in `contact.lead_qualified`. */
const criterion = z.object({
  key: z.string().regex(/^[a-z0-9][a-z0-9_]{0,49}$/, 'must be lower case letters, digits and _, for example budget'),
  question: z.string().min(1).max(500),
  points: z.number().int().min(1).max(100),
});

/** Who reaches `minimumScore` is moved to the status `statusId`. */
export const leadQualification = z.object({
  criteria: z.array(criterion).min(1).max(maxCriteria),
  minimumScore: z.number().int().min(1).max(2000),
  statusId: id,
});

/** A pipeline's qualification of leads. */
export type LeadQualification = z.infer<typeof leadQualification>;

/** The name of what is wrong in the whole, as a rule and what to change; undefined: nothing. */
export function qualificationFault({
  criteria,
  minimumScore,
}: LeadQualification): readonly [string, string] | undefined {
  const keys = criteria.map(({ key }) => key);
  if (new Set(keys).size < keys.length)
    return ['criterion_twice', 'Two criteria have the same key: give each a key of its own.'];
  const highest = criteria.reduce((sum, { points }) => sum + points, 0);
  if (highest > highestScore)
    return ['points_over_100', `All criteria together are worth at most ${highestScore} points, not ${highest}.`];
  if (minimumScore > highest)
    return ['score_unreachable', `No contact can reach ${minimumScore}: all criteria together are worth ${highest}.`];
  return undefined;
}
