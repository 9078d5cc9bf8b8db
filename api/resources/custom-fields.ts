// Custom fields: what the contacts of a project can have beyond what all contacts have.
import { z } from '@hono/zod-openapi';
import { and, isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { requireRoomForField } from '../../db/custom-fields.ts';
import { equal } from '../../db/queries/conditions.ts';
import { customFields } from '../../db/schema/custom-fields.ts';
import { customFieldCommands, customFieldTypes, customKey } from '../../domain/custom-field/commands.ts';
import type { Route } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { moment, sequence, uuid } from '../schemas/common.ts';

const notDeleted = isNull(customFields.deletedAt);
const { create, list, read, verb } = resource({
  definition: aggregates.customField,
  name: 'custom field',
  schemaName: 'CustomField',
  path: '/v1/custom-fields',
  tag: 'contacts',
  schema: z
    .object({
      id: uuid,
      projectId: uuid,
      key: z.string(),
      label: z.string(),
      type: z.enum(customFieldTypes),
      options: z.array(z.string()).nullable(),
      createdAt: moment,
      updatedAt: moment.nullable(),
      sequence,
    })
    .openapi('CustomField'),
  hidden: notDeleted,
});

export const customFieldRoutes: readonly Route[] = [
  create('custom_field.create', commandRoutes['custom_field.create'], {
    operationId: 'createCustomField',
    summary: 'Gives the contacts of a project a further field',
    description: 'Its values are personal: sealed, and found by lists only where they are equal. Key and type stay.',
    idName: 'customFieldId',
    body: customFieldCommands['custom_field.create'].omit({ customFieldId: true }).extend({ projectId: uuid }).strict(),
    before: ({ projectId }, { tx }) => requireRoomForField(tx, projectId),
  }),
  list(
    { projectId: uuid.optional(), key: customKey.optional(), type: z.enum(customFieldTypes).optional() },
    ({ projectId, key, type }) =>
      and(
        notDeleted,
        equal(customFields.projectId, projectId),
        equal(customFields.key, key),
        equal(customFields.type, type),
      ),
  ),
  read(),
  verb('custom_field.update', commandRoutes['custom_field.update'], {
    operationId: 'updateCustomField',
    summary: 'Changes label or options; what contacts have stays',
    body: customFieldCommands['custom_field.update'].strict(),
  }),
  verb('custom_field.delete', commandRoutes['custom_field.delete'], {
    operationId: 'deleteCustomField',
    summary: 'Deletes a custom field; what contacts have in it stays until it is taken away',
    gone: true,
  }),
];
