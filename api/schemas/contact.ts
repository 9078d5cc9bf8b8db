// A contact as it is read.
import { z } from '@hono/zod-openapi';
import { mergeStrategies } from '../../domain/contact/merge-fields.ts';
import { customValue } from '../../domain/custom-field/commands.ts';
import { erased, moment, sequence, uuid } from './common.ts';

const optOut = z.object({
  channelId: uuid.nullable().openapi({ description: 'null: of all channels.' }),
  reason: z.string().openapi({ description: '`reply_word`: the person answered with a word like STOP.' }),
  optedOutAt: moment,
});
const place = z.object({
  pipelineId: uuid,
  statusId: uuid,
  statusName: z.string().openapi({ description: 'As the status was called when the contact came to it.' }),
  enteredAt: moment,
  changedAt: moment,
  qualification: z
    .object({ score: z.number(), qualified: z.boolean(), confidence: z.number(), qualifiedAt: moment })
    .nullable()
    .openapi({ description: 'The latest assessment as a lead.' }),
});
const merge = z.object({
  mergedContactIds: z.array(uuid),
  mergeStrategy: z.enum(mergeStrategies),
  mergedAt: moment,
});

/** A contact; personal fields in the open. */
export const contactSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    name: z.string().nullable(),
    phone: z.string().nullable(),
    phoneVerified: z.boolean(),
    email: z.string().nullable(),
    externalIds: z.array(z.object({ externalId: z.string(), source: z.string() })).nullable(),
    tags: z.array(z.string()),
    language: z.string().nullable(),
    timezone: z.string().nullable(),
    channelId: uuid.nullable(),
    sourceChannel: z.string().nullable(),
    profilePictureUrl: z.string().nullable(),
    enrichments: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: 'What each outside source told last, by its name.' }),
    customFields: z
      .record(z.string(), customValue)
      .nullable()
      .openapi({ description: 'By the keys of `/v1/custom-fields`.' }),
    optOuts: z.array(optOut),
    pipelines: z.array(place).openapi({ description: 'Where the contact stands.' }),
    interactionCount: z.number().int(),
    lastInteractionAt: moment.nullable(),
    mergedInto: uuid
      .nullable()
      .openapi({ description: 'Set: this contact is only a signpost to that one, and can not be changed any more.' }),
    merges: z
      .array(merge)
      .nullable()
      .openapi({ description: 'The merges into this contact that can be undone, the last one last.' }),
    createdAt: moment,
    updatedAt: moment.nullable(),
    anonymizedAt: moment.nullable(),
    sequence,
    erased,
  })
  .openapi('Contact');
