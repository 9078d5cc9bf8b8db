// Sequences: messages one after the other to each contact that is in them; and the contacts' ways through them.
import { z } from '@hono/zod-openapi';
import { and, eq, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { requireCustomFields } from '../../db/custom-fields.ts';
import { enrollInSequence } from '../../db/enroll-contacts.ts';
import { exitEnrollments } from '../../db/exit-enrollments.ts';
import { conditionFields, conditionReferences } from '../../db/queries/condition-references.ts';
import { equal } from '../../db/queries/conditions.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { type Reference, requireReferences } from '../../db/references.ts';
import { channels } from '../../db/schema/channels.ts';
import { contactLists } from '../../db/schema/contact-lists.ts';
import { pipelines } from '../../db/schema/pipelines.ts';
import { sequenceEnrollments, sequences } from '../../db/schema/sequences.ts';
import { type SequenceTrigger, sequenceCommands } from '../../domain/sequence/commands.ts';
import { found, type Route } from '../define-route.ts';
import { notYet } from '../not-yet.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { uuid } from '../schemas/common.ts';
import { messageBody, order, stepParams } from '../schemas/outreach.ts';
import { sequenceEnrollmentSchema, sequenceSchema, sequenceStatus } from '../schemas/sequence.ts';
import { enrollmentRoutesOf } from './enrollment-routes.ts';

const definition = aggregates.sequence;
const { create, list, read, verb } = resource({
  definition,
  name: 'sequence',
  schemaName: 'Sequence',
  path: '/v1/sequences',
  tag: 'sequences',
  schema: sequenceSchema,
});
const { name, description, trigger } = sequenceCommands['sequence.create'].shape;
const { delay, conditions } = sequenceCommands['sequence.add_step'].shape;
const about = { name, description, channelId: uuid.optional() };

/** Channel, list and pipeline are the project's own, and still there. */
function targetsOf(
  projectId: string,
  body: { channelId?: string | undefined; trigger?: SequenceTrigger | undefined },
): Reference[] {
  const listId = body.trigger?.type === 'list_joined' ? body.trigger.listId : undefined;
  const pipelineId = body.trigger?.type === 'pipeline_entered' ? body.trigger.pipelineId : undefined;
  const ofChannel = and(eq(channels.projectId, projectId), isNull(channels.deletedAt));
  const ofList = and(eq(contactLists.projectId, projectId), isNull(contactLists.deletedAt));
  const ofPipeline = eq(pipelines.projectId, projectId);
  return [
    { path: 'body.channelId', name: 'channel', table: channels, ids: body.channelId, only: ofChannel },
    { path: 'body.trigger.listId', name: 'contact list', table: contactLists, ids: listId, only: ofList },
    { path: 'body.trigger.pipelineId', name: 'pipeline', table: pipelines, ids: pipelineId, only: ofPipeline },
  ];
}

const sequenceVerbs: readonly Route[] = [
  verb('sequence.activate', commandRoutes['sequence.activate'], {
    operationId: 'activateSequence',
    summary: 'Lets a draft take contacts in',
  }),
  verb('sequence.pause', commandRoutes['sequence.pause'], {
    operationId: 'pauseSequence',
    summary: 'Takes nobody in and sends nothing for now',
  }),
  verb('sequence.resume', commandRoutes['sequence.resume'], {
    operationId: 'resumeSequence',
    summary: 'Goes on after a pause',
  }),
  verb('sequence.archive', commandRoutes['sequence.archive'], {
    operationId: 'archiveSequence',
    summary: 'Puts a sequence away for good; whoever is in it leaves',
    after: async ({ params }, { tx, deps, cause }) =>
      exitEnrollments(deps.database, tx, 'sequence', { parentId: params.id }, 'sequence_archived', cause),
  }),
];

const stepRoutes: readonly Route[] = [
  verb('sequence.add_step', commandRoutes['sequence.add_step'], {
    operationId: 'addSequenceStep',
    summary: 'Puts a step in: at `order`, or at the end',
    description: 'In a draft or during a pause. Contacts who are in the sequence keep the steps they entered with.',
    body: z.strictObject({
      stepId: uuid.optional(),
      order: order.optional(),
      delay,
      conditions: conditions.default([]),
      message: messageBody,
    }),
    before: async ({ params, body }, { tx, deps }) => {
      const { projectId } = found(await readOne(tx, deps.database.keysOf, definition.store, params.id), 'sequence');
      const of = (condition: (typeof body.conditions)[number], index: number) =>
        conditionReferences(`body.conditions.${index}`, String(projectId), condition);
      await requireReferences(tx, body.conditions.flatMap(of));
      const fieldOf = (condition: (typeof body.conditions)[number], index: number) =>
        conditionFields(`body.conditions.${index}`, condition);
      await requireCustomFields(tx, String(projectId), body.conditions.flatMap(fieldOf));
    },
    data: ({ body }, { deps }) => ({ ...body, stepId: body.stepId ?? deps.database.ids.next() }),
  }),
  verb('sequence.remove_step', commandRoutes['sequence.remove_step'], {
    operationId: 'removeSequenceStep',
    summary: 'Takes a step out; one that is not there is no error',
    params: stepParams,
    data: ({ params: { stepId } }) => ({ stepId }),
  }),
  verb('sequence.move_step', commandRoutes['sequence.move_step'], {
    operationId: 'moveSequenceStep',
    summary: 'Puts a step in another place',
    params: stepParams,
    body: z.strictObject({ order }),
    data: ({ params: { stepId }, body }) => ({ stepId, ...body }),
  }),
];

const enrollmentRoutes: readonly Route[] = enrollmentRoutesOf({
  family: 'sequence',
  definition: aggregates.sequenceEnrollment,
  schema: sequenceEnrollmentSchema,
  table: sequenceEnrollments,
  filters: { sequenceId: uuid.optional() },
  isIn: ({ sequenceId }) => equal(sequenceEnrollments.sequenceId, sequenceId),
  enroll: enrollInSequence,
});

export const sequenceRoutes: readonly Route[] = [
  create('sequence.create', commandRoutes['sequence.create'], {
    operationId: 'createSequence',
    summary: 'Drafts a sequence',
    description: `What puts contacts in by itself is its \`trigger\`. ${notYet} By hand they are put in at any time.`,
    idName: 'sequenceId',
    body: z.strictObject({
      projectId: uuid,
      ...about,
      trigger: trigger.default({ type: 'manual' }),
      exitOnReply: z.boolean().default(true),
      reEntry: z.boolean().default(false),
    }),
    references: (body) => targetsOf(body.projectId, body),
  }),
  list({ projectId: uuid.optional(), status: sequenceStatus.optional() }, (query) =>
    and(equal(sequences.projectId, query.projectId), equal(sequences.status, query.status)),
  ),
  read(),
  verb('sequence.update', commandRoutes['sequence.update'], {
    operationId: 'updateSequence',
    summary: 'Changes a draft; what is left out stays',
    body: z.strictObject({ ...about, trigger, exitOnReply: z.boolean(), reEntry: z.boolean() }).partial(),
    before: async ({ params, body }, { tx, deps }) => {
      const { projectId } = found(await readOne(tx, deps.database.keysOf, definition.store, params.id), 'sequence');
      await requireReferences(tx, targetsOf(String(projectId), body));
    },
  }),
  ...stepRoutes,
  ...sequenceVerbs,
  ...enrollmentRoutes,
];
