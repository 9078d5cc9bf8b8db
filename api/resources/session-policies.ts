// Session policies: what time does to the sessions of a project, or of one of its channels.
import { z } from '@hono/zod-openapi';
import { and, eq, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { equal } from '../../db/queries/conditions.ts';
import { channels } from '../../db/schema/channels.ts';
import { sessionPolicies } from '../../db/schema/session-policies.ts';
import { sessionPolicyCommands } from '../../domain/session-policy/commands.ts';
import type { Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { moment, sequence, uuid } from '../schemas/common.ts';

const notDeleted = isNull(sessionPolicies.deletedAt);
const seconds = z.number().int().nullable();
const { create, list, read, verb } = resource({
  definition: aggregates.sessionPolicy,
  name: 'session policy',
  plural: { name: 'session policies', schemaName: 'SessionPolicies' },
  schemaName: 'SessionPolicy',
  path: '/v1/session-policies',
  tag: 'sessions',
  schema: z
    .object({
      id: uuid,
      projectId: uuid,
      channelId: uuid.nullable().openapi({ description: 'Null: it holds for channels that have none of their own.' }),
      inactivitySeconds: seconds.openapi({ description: 'Nobody wrote for that long: the session ends.' }),
      abandonSeconds: seconds.openapi({
        description:
          'Nobody wrote for that long and nothing was settled: the contact has left. Less than inactivitySeconds.',
      }),
      escalateSeconds: seconds.openapi({ description: 'The contact waits for an answer that long: it is passed up.' }),
      reassignSeconds: seconds.openapi({
        description:
          'The contact waits for the session’s agent that long: another agent gets it; nobody left: it is passed up.',
      }),
      autoAssign: z.boolean().openapi({
        description: 'A session that is nobody’s is given to the active person of the project who has the fewest.',
      }),
      createdAt: moment,
      updatedAt: moment.nullable(),
      sequence,
    })
    .openapi('SessionPolicy'),
  hidden: notDeleted,
});

export const sessionPolicyRoutes: readonly Route[] = [
  create('session_policy.create', commandRoutes['session_policy.create'], {
    operationId: 'createSessionPolicy',
    summary: 'Says what time does to the sessions of a project, or of one of its channels',
    description:
      'A channel’s policy holds in place of its project’s, as a whole. Without any, sessions end after 30 minutes without a message. Null: never.',
    idName: 'sessionPolicyId',
    body: sessionPolicyCommands['session_policy.create']
      .omit({ sessionPolicyId: true })
      .extend({ projectId: uuid, channelId: uuid.optional() })
      .strict(),
    references: ({ projectId, channelId }) => [
      {
        path: 'body.channelId',
        name: 'channel of the project',
        table: channels,
        ids: channelId,
        only: and(eq(channels.projectId, projectId), isNull(channels.deletedAt)),
      },
    ],
  }),
  list({ projectId: uuid.optional(), channelId: uuid.optional() }, ({ projectId, channelId }) =>
    and(notDeleted, equal(sessionPolicies.projectId, projectId), equal(sessionPolicies.channelId, channelId)),
  ),
  read(),
  verb('session_policy.update', commandRoutes['session_policy.update'], {
    operationId: 'updateSessionPolicy',
    summary: 'Changes a policy; sessions that are active follow it within the hour',
    body: sessionPolicyCommands['session_policy.update'].strict(),
  }),
  verb('session_policy.delete', commandRoutes['session_policy.delete'], {
    operationId: 'deleteSessionPolicy',
    summary: 'Deletes a policy: what the project says holds again, or the usual',
    gone: true,
  }),
];
