// Contacts in campaigns and sequences, for tests: made by commands, without the HTTP API.
import type { Database } from '../../db/deps.ts';
import type { CampaignStep } from '../../domain/campaign/steps.ts';
import type { Family } from '../../domain/outreach/course.ts';
import { runCommand } from './run-command.ts';

/** Where they are made. */
type World = {
  readonly database: Database;
  readonly tenantId: string;
  readonly projectId: string;
  readonly channelId: string;
};

/** A contact inside. `parentId`: the campaign's or sequence's; `run` runs a command on the enrolment. */
export type Entered = {
  readonly tenantId: string;
  readonly family: Family;
  readonly parentId: string;
  readonly enrollmentId: string;
  readonly contactId: string;
  readonly stepIds: readonly string[];
  readonly run: (verb: string, data?: object) => Promise<unknown>;
};

/** A sequence with one step for each of `days`, so many days after the one before. */
export async function newSequence(
  world: World,
  { days, exitOnReply = false }: { readonly days: readonly number[]; readonly exitOnReply?: boolean },
) {
  const { database, tenantId, projectId, channelId } = world;
  const sequenceId = database.ids.next();
  const steps = days.map((amount, index) => ({
    stepId: database.ids.next(),
    delay: { amount, unit: 'days' as const },
    conditions: [],
    message: { type: 'text' as const, content: `Message ${index + 1}` },
  }));
  const trigger = { type: 'manual' };
  const about = { tenantId, projectId, channelId, name: 'Welcome', trigger, exitOnReply, reEntry: true };
  await runCommand(world, 'sequence', sequenceId, 'sequence.create', { sequenceId, ...about });
  for (const step of steps) await runCommand(world, 'sequence', sequenceId, 'sequence.add_step', step);
  await runCommand(world, 'sequence', sequenceId, 'sequence.activate', {});
  return { sequenceId, steps: steps.map((step) => ({ ...step, stepType: 'text' as const })) };
}

/** A new contact in a new sequence. */
export async function enterSequence(
  world: World,
  options: { readonly days: readonly number[]; readonly exitOnReply?: boolean },
): Promise<Entered> {
  const { sequenceId, steps } = await newSequence(world, options);
  const exitOnReply = options.exitOnReply ?? false;
  return enter(world, 'sequence', { parentId: sequenceId, steps, exitOnReply });
}

/** A new contact in a new campaign with these steps. */
export async function enterCampaign(
  world: World,
  stepsOf: (given: { readonly newId: () => string }) => readonly CampaignStep[],
): Promise<Entered> {
  const { database, tenantId, projectId } = world;
  const campaignId = database.ids.next();
  const steps = stepsOf({ newId: () => database.ids.next() });
  const goal = { goalType: 'reach_contacts', reEntry: true, exitOnReply: false };
  const about = { campaignId, projectId, tenantId, name: 'Spring', ...goal };
  await runCommand(world, 'campaign', campaignId, 'campaign.create', about);
  for (const step of steps) await runCommand(world, 'campaign', campaignId, 'campaign.add_step', { step });
  await runCommand(world, 'campaign', campaignId, 'campaign.activate', {});
  return enter(world, 'campaign', { parentId: campaignId, steps, exitOnReply: false });
}

async function enter(
  world: World,
  family: Family,
  {
    parentId,
    steps,
    exitOnReply,
  }: {
    readonly parentId: string;
    readonly steps: readonly { readonly stepId: string }[];
    readonly exitOnReply: boolean;
  },
): Promise<Entered> {
  const { database, tenantId, projectId } = world;
  const [enrollmentId, contactId] = [database.ids.next(), database.ids.next()];
  await runCommand(world, 'contact', contactId, 'contact.create', { contactId, tenantId, projectId, name: 'Ana' });
  const run = (verb: string, data: object = {}) =>
    runCommand(world, `${family}Enrollment`, enrollmentId, `${family}_enrollment.${verb}`, data);
  const ids = { enrollmentId, [`${family}Id`]: parentId, projectId, contactId };
  await run('enroll', { ...ids, steps, reEntry: true, exitOnReply });
  return { tenantId, family, parentId, enrollmentId, contactId, stepIds: steps.map(({ stepId }) => stepId), run };
}
