// What merging moves: the fields of a contact that a merge may change, personal ones apart, and the limits of its lists.
import { z } from 'zod';
import { customValue } from '../custom-field/commands.ts';
import { address, at, count, id, label, map, reason } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';

/**
 * How contacts are merged. `keep_primary`: the primary's profile stays as it is. `keep_newest`: each field comes from the contact whose profile
 * was changed last, of those that have it. `union`: the primary's fields stay, those it lacks come from the others, lists are united.
 */
export const mergeStrategies = ['keep_primary', 'keep_newest', 'union'] as const;

/** An opt-out: of one channel, or (null) of all. */
export const optOut = z.object({ channelId: id.nullable(), reason, optedOutAt: at });

/** Where a contact stands in a pipeline; `qualification` is the latest assessment as a lead there. */
export const pipelinePlace = z.object({
  pipelineId: id,
  statusId: id,
  statusName: label,
  enteredAt: at,
  changedAt: at,
  qualification: z
    .object({ score: z.int(), qualified: z.boolean(), confidence: z.number(), qualifiedAt: at })
    .nullable(),
});

/** An outside id and where it comes from; WhatsApp's hidden id is `whatsapp_lid`. */
export const externalId = z.object({ externalId: pii(z.string().min(1).max(200)), source: label });

const profile = z.object({
  name: label,
  phone: z.string().nullable(),
  phoneVerified: z.boolean(),
  email: z.string().nullable(),
  externalIds: z.array(externalId),
  profilePictureUrl: address.nullable(),
  enrichments: map.nullable(),
  customFields: z.record(z.string(), customValue).nullable(),
});
const attributes = z.object({
  language: z.string().nullable(),
  timezone: z.string().nullable(),
  channelId: id.nullable(),
  sourceChannel: z.string().nullable(),
  tags: z.array(label),
  optOuts: z.array(optOut),
  pipelines: z.array(pipelinePlace),
  interactionCount: count,
  lastInteractionAt: at.nullable(),
});

/** The personal fields, as far as a merge changed them; sealed as a whole. */
export const mergedProfile = profile.partial();
/** The other fields, as far as a merge changed them. */
export const mergedAttributes = attributes.partial();

/** One contact as it goes into another. */
export const mergeable = z.object({
  id,
  profile: pii(profile),
  attributes,
  /** When its profile was last changed. */
  changedAt: at.nullable(),
});

/** A contact as it goes into another. */
export type Mergeable = z.infer<typeof mergeable>;
/** What a merge changes of a contact. */
export type MergeChanges = z.infer<typeof mergedProfile> & z.infer<typeof mergedAttributes>;

/** The names of the fields, by where an event carries them. */
export const mergeFields = {
  profile: Object.keys(profile.shape) as (keyof z.infer<typeof profile>)[],
  attributes: Object.keys(attributes.shape) as (keyof z.infer<typeof attributes>)[],
} as const;
