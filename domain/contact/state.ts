// What a contact's state is made of, where it begins, and how much it may hold.
import type { z } from 'zod';
import type { customValue } from '../custom-field/commands.ts';
import type { MergeChanges, mergeStrategies, optOut, pipelinePlace } from './merge-fields.ts';

/** Values of custom fields by the fields' keys. */
export type CustomValues = Readonly<Record<string, z.infer<typeof customValue>>>;
/** An opt-out: of one channel, or (null) of all. */
export type OptOut = z.infer<typeof optOut>;
/** A contact's place in a pipeline. */
export type PipelinePlace = z.infer<typeof pipelinePlace>;

/** A merge that can be undone: what the primary's changed fields were, and what they became. */
export type Merge = {
  readonly mergedContactIds: readonly string[];
  readonly mergeStrategy: (typeof mergeStrategies)[number];
  readonly mergedAt: string;
  readonly before: MergeChanges;
  readonly after: MergeChanges;
};

/**
 * A contact's state. `deletedAt` set means it is gone for everyone but the log; `mergedInto` set: it is a signpost to another contact;
 * `anonymizedAt` set: its personal fields are destroyed. Times are ISO 8601.
 */
export type Contact = {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly phone: string | null;
  readonly phoneVerified: boolean;
  readonly email: string | null;
  readonly externalIds: readonly { readonly externalId: string; readonly source: string }[];
  readonly tags: readonly string[];
  readonly language: string | null;
  readonly timezone: string | null;
  readonly channelId: string | null;
  readonly sourceChannel: string | null;
  readonly profilePictureUrl: string | null;
  /** What each outside source told last, by the source's name. */
  readonly enrichments: Readonly<Record<string, unknown>> | null;
  /** The values of custom fields, by their keys. */
  readonly customFields: CustomValues | null;
  readonly optOuts: readonly OptOut[];
  readonly pipelines: readonly PipelinePlace[];
  readonly interactionCount: number;
  readonly lastInteractionAt: string | null;
  readonly mergedInto: string | null;
  /** The merges of others into this one that can be undone, the last one last. */
  readonly merges: readonly Merge[] | null;
  readonly createdAt: string | null;
  /** When the profile was last changed by a person. */
  readonly updatedAt: string | null;
  readonly anonymizedAt: string | null;
  readonly deletedAt: string | null;
};

/** How much one contact holds at most. */
export const contactLimits = {
  tags: 50,
  externalIds: 10,
  pipelines: 20,
  enrichmentSources: 10,
  merges: 50,
  optOuts: 100,
  customFields: 100,
} as const;

/** A contact that is not there yet. */
export const noContact = (): Contact => ({
  id: '',
  projectId: '',
  name: '',
  phone: null,
  phoneVerified: false,
  email: null,
  externalIds: [],
  tags: [],
  language: null,
  timezone: null,
  channelId: null,
  sourceChannel: null,
  profilePictureUrl: null,
  enrichments: null,
  customFields: null,
  optOuts: [],
  pipelines: [],
  interactionCount: 0,
  lastInteractionAt: null,
  mergedInto: null,
  merges: null,
  createdAt: null,
  updatedAt: null,
  anonymizedAt: null,
  deletedAt: null,
});
