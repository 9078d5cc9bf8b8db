// Merging contacts and undoing it: the primary, the merged ones, the ways to recognise them and their sessions, all in the caller's transaction.
import { isNull } from 'drizzle-orm';
import { aggregates } from '../db/aggregates.ts';
import { inheritPlaces } from '../db/contact-list-members.ts';
import { load } from '../db/execute.ts';
import { requireReferences } from '../db/references.ts';
import { contacts } from '../db/schema/contacts.ts';
import type { mergeStrategies } from '../domain/contact/merge-fields.ts';
import { toMergeable } from '../domain/contact/merged-fields.ts';
import type { Contact } from '../domain/contact/state.ts';
import { isAfter } from '../domain/kernel/time.ts';
import type { WriteContext } from './call-context.ts';
import { leaveEverything } from './leave-everything.ts';

const definition = aggregates.contact;

/** What is to be merged into the contact of the path. */
export type MergeRequest = {
  readonly contactIds: readonly string[];
  readonly strategy: (typeof mergeStrategies)[number];
};

/** Merges; gives the primary after it. Throws the refusals of the deciders, and reference_not_found for ids that are not there. */
export async function mergeContacts(context: WriteContext, primaryId: string, request: MergeRequest) {
  const { tx, run, runBeside } = context;
  await holdContacts(context, [primaryId, ...request.contactIds]);
  const only = isNull(contacts.deletedAt);
  await requireReferences(tx, [
    { path: 'body.contactIds', name: 'contact', table: contacts, ids: request.contactIds, only },
  ]);
  const others: Contact[] = [];
  for (const id of new Set(request.contactIds)) others.push(await stateOf(context, id));
  const data = { strategy: request.strategy, contacts: others.map(toMergeable) };
  const merged = await run(definition, primaryId, { type: 'contact.merge', data });
  const mergedContactIds = others.map(({ id }) => id);
  const { projectId } = merged.state;
  const about = { primaryContactId: primaryId, mergedContactIds, mergeStrategy: request.strategy };
  for (const { id } of others)
    await runBeside(definition, id, { type: 'contact.become_merged', data: { ...about, projectId } });
  await inheritPlaces(context.deps.database, tx, primaryId, mergedContactIds, context.cause);
  await leaveEverything(context, mergedContactIds, 'contact_merged');
  return merged;
}

/** Undoes the last merge into the contact; gives the primary after it. */
export async function undoMerge(context: WriteContext, primaryId: string) {
  const { run, runBeside } = context;
  const before = await stateOf(context, primaryId);
  const last = before.merges?.at(-1);
  const mergedContactIds = [...(last?.mergedContactIds ?? [])];
  await holdContacts(context, [primaryId, ...mergedContactIds]);
  let interactionCount = 0;
  for (const id of mergedContactIds) interactionCount += (await stateOf(context, id)).interactionCount;
  const apart = await run(definition, primaryId, { type: 'contact.undo_merge', data: { interactionCount } });
  if (!last) return apart;
  // What the person refused since may have been said as the one or the other: it holds for both.
  const optOuts = before.optOuts.filter(({ optedOutAt }) => isAfter(optedOutAt, last.mergedAt));
  const about = { primaryContactId: primaryId, mergedContactIds, mergeStrategy: last.mergeStrategy, optOuts };
  for (const id of mergedContactIds) await runBeside(definition, id, { type: 'contact.restore_merged', data: about });
  return apart;
}

async function stateOf({ tx, deps }: WriteContext, id: string): Promise<Contact> {
  return (await load(deps.database, tx, definition, id)).state;
}

/** Holds contacts against every other writer, in the order in which a message's saga takes its locks: two that go against each other would wait for ever. */
export async function holdContacts({ tx }: WriteContext, ids: readonly string[]): Promise<void> {
  for (const sql of [
    'select 1 from contact_identities where tenant_id = $1 and contact_id = any($2::uuid[]) order by kind, value_index for update',
    "select 1 from sessions where tenant_id = $1 and contact_id = any($2::uuid[]) and status = 'active' order by id for no key update",
    'select 1 from contacts where tenant_id = $1 and id = any($2::uuid[]) order by id for no key update',
  ])
    await tx.query(sql, [tx.tenantId, ids]);
}
