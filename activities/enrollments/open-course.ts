// An enrolment, in a campaign or a sequence, held until the end of the transaction, with what can be done with it.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { type Cause, execute, load } from '../../db/execute.ts';
import type { Tx } from '../../db/transaction.ts';
import type { CampaignStep } from '../../domain/campaign/steps.ts';
import type { stepOutcomes } from '../../domain/campaign-enrollment/commands.ts';
import type { Course } from '../../domain/outreach/course.ts';
import type { SequenceStep } from '../../domain/sequence/sequence.ts';
import type { EnrollmentInput } from '../../workflows/names.ts';

/** How a step ended. */
export type StepOutcome = (typeof stepOutcomes)[number];

/** The course. `isRunning`: its campaign or sequence is active. `step`: the one that it is at. `channelId`: through which the sequence sends, if it says so. */
export type OpenCourse = {
  readonly database: Database;
  readonly tx: Tx;
  readonly cause: Cause;
  readonly state: Course;
  readonly step: CampaignStep | SequenceStep;
  readonly isRunning: boolean;
  readonly channelId: string | null;
  /** In whose name a message is sent. */
  readonly campaignId: string | null;
  readonly advance: (outcome: StepOutcome) => Promise<Course>;
  readonly exit: (reason: string) => Promise<void>;
};

/** Opens it; undefined: there is none. Its campaign or sequence is kept from changing, too: whoever pauses it has this step before it or not at all. */
export async function courseFor(
  database: Database,
  tx: Tx,
  { family, enrollmentId }: EnrollmentInput,
  cause: Cause,
): Promise<OpenCourse | undefined> {
  return family === 'campaign'
    ? inCampaign(database, tx, enrollmentId, cause)
    : inSequence(database, tx, enrollmentId, cause);
}

const hold = (tx: Tx, table: 'campaigns' | 'sequences', id: string) =>
  tx.query(`select from ${table} where tenant_id = $1 and id = $2 for share`, [tx.tenantId, id]);

async function inCampaign(database: Database, tx: Tx, id: string, cause: Cause): Promise<OpenCourse | undefined> {
  const definition = aggregates.campaignEnrollment;
  const { state: found, exists } = await load(database, tx, definition, id);
  if (!exists) return undefined;
  await hold(tx, 'campaigns', found.campaignId);
  const { state: campaign } = await load(database, tx, aggregates.campaign, found.campaignId);
  const { state } = await load(database, tx, definition, id, true);
  const step = state.steps[state.currentStepOrder - 1] ?? state.steps.at(-1);
  if (!step) return undefined;
  const run = async (type: string, data: object) =>
    (await execute(database, tx, definition, id, { type: `campaign_enrollment.${type}` as never, data }, cause)).state;
  return {
    ...{ database, tx, cause, state, step, channelId: null, campaignId: campaign.id },
    isRunning: campaign.status === 'active',
    advance: (outcome) => run('advance', { stepId: step.stepId, outcome }),
    exit: async (reason) => void (await run('exit', { reason })),
  };
}

async function inSequence(database: Database, tx: Tx, id: string, cause: Cause): Promise<OpenCourse | undefined> {
  const definition = aggregates.sequenceEnrollment;
  const { state: found, exists } = await load(database, tx, definition, id);
  if (!exists) return undefined;
  await hold(tx, 'sequences', found.sequenceId);
  const { state: sequence } = await load(database, tx, aggregates.sequence, found.sequenceId);
  const { state } = await load(database, tx, definition, id, true);
  const step = state.steps[state.currentStepOrder - 1] ?? state.steps.at(-1);
  if (!step) return undefined;
  const run = async (type: string, data: object) =>
    (await execute(database, tx, definition, id, { type: `sequence_enrollment.${type}` as never, data }, cause)).state;
  return {
    ...{ database, tx, cause, state, step, channelId: sequence.channelId, campaignId: null },
    isRunning: sequence.status === 'active',
    advance: () => run('advance', { stepId: step.stepId }),
    exit: async (reason) => void (await run('exit', { reason })),
  };
}
