// A group changed: its chat is found or made, its texts and members follow. Members the project knows are kept by their contact.
import { aggregates } from '../../db/aggregates.ts';
import { execute, load } from '../../db/execute.ts';
import { chatLookup } from '../../db/stores/chat-store.ts';
import type { ChatCommand } from '../../domain/chat/commands.ts';
import type { GroupEvent, GroupMember } from '../../integrations/waha/gateway-event.ts';
import { findContacts } from '../inbound/find-contact.ts';
import type { Applied, Applying } from './apply-gateway-event.ts';

export async function applyGroup(applying: Applying<GroupEvent>): Promise<Applied> {
  const { database, tx, raw, event, cause } = applying;
  const { state: channel } = await load(database, tx, aggregates.channel, raw.channelId);
  const chatId = await findOrCreateGroup(applying, channel.projectId);
  let chat = await load(database, tx, aggregates.chat, chatId, true);
  // Each command writes the whole list of participants: one for all members, and nothing is read twice.
  for (const { type, data } of groupCommands(event, await findParticipants(applying, channel.projectId))) {
    const done = await execute(database, tx, aggregates.chat, chatId, { type, data }, cause, { loaded: chat });
    chat = { state: done.state, sequence: done.sequence, eventSequence: done.sequence, exists: true };
  }
  return { outcome: 'processed' };
}

/** What the chat is told, in this order. Pure. */
export function groupCommands(event: GroupEvent, participants: readonly Participant[]): Asked[] {
  const changes = event.members.flatMap(({ role }, index) => {
    const participant = participants[index];
    const change = changeOf(event.change, role);
    return participant && change ? [{ change, ...participant, role: chatRole(role) }] : [];
  });
  const commands: (Asked | false)[] = [
    !!event.subject && { type: 'chat.set_subject', data: { subject: event.subject } },
    event.description !== undefined && { type: 'chat.set_description', data: { description: event.description } },
    changes.length > 0 && { type: 'chat.change_participants', data: { changes } },
    // The account is not in the group any more: nothing can come from it.
    event.change === 'left' && { type: 'chat.archive', data: {} },
    event.change === 'joined' && { type: 'chat.unarchive', data: {} },
  ];
  return commands.filter((command) => command !== false);
}

type Asked = Pick<ChatCommand, 'type' | 'data'>;
type Change = Extract<ChatCommand, { type: 'chat.change_participants' }>['data']['changes'][number];
type Participant = Pick<Change, 'participantId' | 'participantType'>;

function changeOf(change: GroupEvent['change'], role: string | undefined): Change['change'] | undefined {
  switch (change) {
    case 'joined':
    case 'updated':
    case 'members_added':
      return role === 'left' ? 'remove' : 'add';
    case 'members_removed':
      return 'remove';
    case 'members_promoted':
      return 'promote';
    case 'members_demoted':
      return 'demote';
    case 'left':
      return undefined;
  }
}

const chatRole = (role: string | undefined): Change['role'] =>
  role === 'admin' || role === 'superadmin' ? role : 'member';

async function findParticipants(
  { database, tx, event }: Applying<GroupEvent>,
  projectId: string,
): Promise<Participant[]> {
  const contactIds = await findContacts(database, tx, projectId, event.members);
  return event.members.map((member, index) => participantOf(member, contactIds[index]));
}

/** How a member is listed: by their contact where the project knows them. */
export function participantOf({ phone, lid }: GroupMember, contactId: string | undefined): Participant {
  if (contactId) return { participantId: contactId, participantType: 'contact' };
  return { participantId: phone ? `${phone}@c.us` : `${lid ?? ''}@lid`, participantType: 'unknown' };
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
