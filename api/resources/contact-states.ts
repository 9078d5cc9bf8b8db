// What a contact wants and where it stands: opt-outs, pipelines; contacts that are one; contacts that are to be forgotten.
import { z } from '@hono/zod-openapi';
import { isNull } from 'drizzle-orm';
import { requireReferences } from '../../db/references.ts';
import { channels } from '../../db/schema/channels.ts';
import { contactCommands } from '../../domain/contact/commands.ts';
import { mergeStrategies } from '../../domain/contact/merge-fields.ts';
import { replyWords } from '../../domain/contact/reply-words.ts';
import { reason } from '../../domain/kernel/fields.ts';
import { anonymizeContact } from '../anonymize-contact.ts';
import type { WriteContext } from '../call-context.ts';
import { type Route, writeRoute } from '../define-route.ts';
import { mergeContacts, undoMerge } from '../merge-contacts.ts';
import { placeIn } from '../pipeline-place.ts';
import { commandRoutes } from '../routes.ts';
import { idParams, uuid } from '../schemas/common.ts';
import { contactResource, requireContact } from './contact-resource.ts';

const { answer, toAnswer, verb } = contactResource;
const tag = 'contacts';
const qualify = contactCommands['contact.qualify_lead'];
const channelId = uuid.optional().openapi({ description: 'Left out: all channels.' });

type ToChannel = {
  readonly params: { readonly id: string };
  readonly body: { readonly channelId?: string | undefined };
};

async function requireChannel({ params, body: { channelId: ids } }: ToChannel, context: WriteContext): Promise<void> {
  await requireContact(context, params.id);
  const only = isNull(channels.deletedAt);
  await requireReferences(context.tx, [{ path: 'body.channelId', name: 'channel', table: channels, ids, only }]);
}

export const contactStateRoutes: readonly Route[] = [
  verb('contact.opt_out', commandRoutes['contact.opt_out'], {
    operationId: 'optContactOut',
    summary: 'Notes that the contact wants no more messages, on one channel or on any',
    description: `From then on \`POST /v1/messages\` to the contact is refused with the rule \`opted_out\`. Contacts do it themselves, for the channel they write on, by a message whose whole text is one of these, in any case, with or without accents: ${replyWords.opt_out.join(', ')}. And they come back by: ${replyWords.opt_in.join(', ')}.`,
    body: z.strictObject({ channelId, reason }),
    before: requireChannel,
  }),
  verb('contact.opt_in', commandRoutes['contact.opt_in'], {
    operationId: 'optContactIn',
    summary: 'Notes that the contact wants messages again, on one channel or on all',
    body: z.strictObject({ channelId }),
    before: requireChannel,
  }),
  verb('contact.enter_pipeline', commandRoutes['contact.enter_pipeline'], {
    operationId: 'enterPipeline',
    summary: 'Puts the contact into a pipeline',
    body: z.strictObject({
      pipelineId: uuid,
      statusId: uuid.optional().openapi({ description: 'Left out: the first status of the pipeline.' }),
    }),
    before: async ({ params }, context) => void (await requireContact(context, params.id)),
    data: async ({ params, body }, context) => ({
      ...(await placeIn(context, params.id, { ...body, isNew: true })),
      enteredBy: context.caller.id,
    }),
  }),
  verb('contact.move_status', commandRoutes['contact.move_status'], {
    operationId: 'moveContactStatus',
    summary: 'Moves the contact to another status of a pipeline it is in',
    body: z.strictObject({ pipelineId: uuid, statusId: uuid, reason: reason.optional() }),
    before: async ({ params }, context) => void (await requireContact(context, params.id)),
    data: async ({ params, body: { reason: why, ...place } }, context) => ({
      ...(await placeIn(context, params.id, place)),
      ...(why !== undefined && { reason: why }),
      changedBy: context.caller.id,
    }),
  }),
  verb('contact.exit_pipeline', commandRoutes['contact.exit_pipeline'], {
    operationId: 'exitPipeline',
    summary: 'Takes the contact out of a pipeline',
    body: z.strictObject({ pipelineId: uuid, reason }),
    data: ({ body }, { caller }) => ({ ...body, exitedBy: caller.id }),
  }),
  verb('contact.qualify_lead', commandRoutes['contact.qualify_lead'], {
    operationId: 'qualifyContact',
    summary: 'Notes how the contact was assessed as a lead of a pipeline it is in',
    body: z.strictObject({ ...qualify.shape, pipelineId: uuid }),
  }),
  writeRoute({
    ...commandRoutes['contact.merge'],
    operationId: 'mergeContacts',
    tag,
    summary: 'Merges other contacts into this one',
    description:
      'They are one person from then on: whoever writes from any of their numbers is this contact, whose timeline shows what happened with all of them. `keep_primary`: this contact’s profile stays as it is. `keep_newest`: each field comes from the contact whose profile was changed last, of those that have it. `union`: the fields of this contact stay, those it lacks come from the others, tags are united. Opt-outs, outside ids and counts are always united. The merged contacts stay as signposts (`mergedInto`) and take no changes; their open sessions are closed. Unmerge undoes it.',
    params: idParams,
    body: z.strictObject({ contactIds: z.array(uuid).min(1).max(20), strategy: z.enum(mergeStrategies) }),
    versioned: true,
    answer,
    handle: async ({ params, body }, context) => {
      await requireContact(context, params.id);
      return toAnswer(await mergeContacts(context, params.id, body));
    },
  }),
  writeRoute({
    ...commandRoutes['contact.undo_merge'],
    operationId: 'unmergeContact',
    tag,
    summary: 'Undoes the last merge into this contact',
    description:
      'The merged contacts are as they were, with the ways in which they are recognised; this contact’s fields go back too, but for those that were changed since. What was opted out of since holds for all of them. Sessions that the merge closed stay closed.',
    params: idParams,
    versioned: true,
    answer,
    handle: async ({ params }, context) => toAnswer(await undoMerge(context, params.id)),
  }),
  writeRoute({
    ...commandRoutes['contact.anonymize'],
    operationId: 'anonymizeContact',
    tag,
    summary: 'Destroys everything personal of a contact, for good',
    description:
      'Name, numbers, addresses, messages: here, in the log and in what was sent to brokers nobody can read them any more. Contacts that were merged into it are anonymized with it. What is left counts in statistics.',
    params: idParams,
    body: z.strictObject({
      requestedBy: z.string().min(1).max(200).optional().openapi({ description: 'Left out: the key that calls.' }),
    }),
    versioned: true,
    answer,
    handle: async ({ params, body }, context) => {
      const done = await anonymizeContact(context, params.id, body.requestedBy ?? context.caller.id);
      const nothing = { name: null, externalIds: null, erased: true };
      return { body: { ...done.state, sequence: done.sequence, ...nothing }, sequence: done.sequence };
    },
  }),
];
