// A group changed: its chat is found or made, its texts and members follow. Members the project knows are kept by their contact.
import { aggregates } from '../../db/aggregates.ts';
import { execute, load } from '../../db/execute.ts';
import { chatLookup } from '../../db/stores/chat-store.ts';
import type { GroupEvent, GroupMember } from '../../integrations/waha/gateway-event.ts';
import { findContact } from '../inbound/contact.ts';
import type { Applied, Applying } from './apply-gateway-event.ts';

export async function applyGroup(applying: Applying<GroupEvent>): Promise<Applied> {
  const { database, tx, raw, event, cause } = applying;
  const { state: channel } = await load(database, tx, aggregates.channel, raw.channelId);
  const chatId = await findOrCreateGroup(applying, channel.projectId);
  const run = (type: string, data: object) =>
    execute(database, tx, aggregates.chat, chatId, { type: type as 'chat.archive', data }, cause);
  if (event.subject) await run('chat.set_subject', { subject: event.subject.slice(0, 500) });
  if (event.description !== undefined)
    await run('chat.set_description', { description: event.description.slice(0, 4000) });
  for (const member of event.members) {
    const participant = await participantOf(applying, channel.projectId, member);
    await changeMember(run, event.change, participant, member.role);
  }
  // The account is not in the group any more: nothing can come from it.
  if (event.change === 'left') await run('chat.archive', {});
  if (event.change === 'joined') await run('chat.unarchive', {});
  return { outcome: 'processed' };
}

type Participant = { readonly participantId: string; readonly participantType: 'contact' | 'unknown' };

async function changeMember(
  run: (type: string, data: object) => Promise<unknown>,
  change: GroupEvent['change'],
  { participantId, participantType }: Participant,
  role: string | undefined,
): Promise<void> {
  switch (change) {
    case 'joined':
    case 'updated':
    case 'members_added':
      if (role === 'left') return void (await run('chat.remove_participant', { participantId }));
      return void (await run('chat.add_participant', { participantId, participantType, role: chatRole(role) }));
    case 'members_removed':
      return void (await run('chat.remove_participant', { participantId }));
    case 'members_promoted':
      await run('chat.add_participant', { participantId, participantType, role: 'member' });
      return void (await run('chat.promote_participant', { participantId }));
    case 'members_demoted':
      await run('chat.add_participant', { participantId, participantType, role: 'admin' });
      return void (await run('chat.demote_participant', { participantId }));
    case 'left':
      return;
  }
}

const chatRole = (role: string | undefined): 'member' | 'admin' | 'superadmin' =>
  role === 'admin' || role === 'superadmin' ? role : 'member';

async function participantOf(
  { database, tx }: Applying<GroupEvent>,
  projectId: string,
  member: GroupMember,
): Promise<Participant> {
  const contactId = await findContact(database, tx, projectId, member);
  if (contactId) return { participantId: contactId, participantType: 'contact' };
  return {
    participantId: member.phone ? `${member.phone}@c.us` : `${member.lid ?? ''}@lid`,
    participantType: 'unknown',
  };
}

async function findOrCreateGroup(
  { database, tx, raw, event, cause }: Applying<GroupEvent>,
  projectId: string,
): Promise<string> {
  const group = { chatType: 'group' as const, externalId: event.chat.address, contactId: null };
  const lookup = chatLookup(group);
  const { rows } = await tx.query<{ id: string }>(
    `select id from chats where tenant_id = $1 and channel_id = $2 and external_id_index = $3 and status <> 'closed' for no key update`,
    [tx.tenantId, raw.channelId, await database.keysOf(tx).blindIndex(lookup.field, lookup.value)],
  );
  if (rows[0]) return rows[0].id;
  const chatId = database.ids.next();
  const { chatType, externalId } = group;
  const data = { chatId, projectId, tenantId: raw.tenantId, channelId: raw.channelId, chatType, externalId };
  await execute(database, tx, aggregates.chat, chatId, { type: 'chat.create', data }, cause);
  return chatId;
}
