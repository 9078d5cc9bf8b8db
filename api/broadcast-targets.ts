// What a broadcast needs to be sent, its list and its channel: looked up when it is written, and again whenever it is to run.
import { and, eq, isNull } from 'drizzle-orm';
import { aggregates } from '../db/aggregates.ts';
import { readOne } from '../db/queries/read-state.ts';
import { type Reference, requireReferences } from '../db/references.ts';
import { channels } from '../db/schema/channels.ts';
import { contactLists } from '../db/schema/contact-lists.ts';
import { isSendable } from '../domain/channel/is-sendable.ts';
import { violated } from '../domain/kernel/errors.ts';
import type { WriteContext } from './call-context.ts';
import { found } from './define-route.ts';

/** List and channel are the project's own, and still there. */
export function targetsOf({
  projectId,
  listId,
  channelId,
}: {
  projectId: string;
  listId?: string | undefined;
  channelId?: string | undefined;
}): Reference[] {
  const ofList = and(eq(contactLists.projectId, projectId), isNull(contactLists.deletedAt));
  const ofChannel = and(eq(channels.projectId, projectId), isNull(channels.deletedAt));
  return [
    { path: 'body.listId', name: 'contact list', table: contactLists, ids: listId, only: ofList },
    { path: 'body.channelId', name: 'channel', table: channels, ids: channelId, only: ofChannel },
  ];
}

/** What it needs may have gone since it was drafted. Throws for what is gone, and rule_violated `channel_not_active`. */
export async function requireUsable(id: string, { tx, deps }: WriteContext): Promise<void> {
  const { projectId, listId, channelId } = found(
    await readOne(tx, deps.database.keysOf, aggregates.broadcast.store, id),
    'broadcast',
  );
  const targets = { projectId: String(projectId), listId: String(listId), channelId: String(channelId) };
  await requireReferences(tx, targetsOf(targets));
  const channel = await readOne(tx, deps.database.keysOf, aggregates.channel.store, targets.channelId);
  if (!isSendable(channel?.status))
    throw violated('channel_not_active', `The channel is ${channel?.status}: connect it at its gateway first.`);
}
