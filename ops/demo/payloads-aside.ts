// The payloads of what is no message: edits, reactions, revokes, status posts, newsletters, groups.
import { account, cast, group, newsletter, poster } from './cast.ts';
import type { Aside } from './lines.ts';
import type { Making } from './making.ts';
import { addressesOf } from './payloads.ts';

type Event = { event: string; payload: Record<string, unknown>; note: string };

/** The webhooks of a line that is no message. */
export function asideEvents(line: Aside, atMs: number, making: Making): Event[] {
  const timestamp = making.seconds(atMs);
  if ('status' in line)
    return [{ event: 'message.any', payload: statusPost(line.status, timestamp, making), note: 'a status post' }];
  if ('newsletter' in line) {
    const innerId = making.innerId(line.newsletter);
    const payload = {
      id: `false_${newsletter}_${innerId}`,
      timestamp,
      from: newsletter,
      fromMe: false,
      body: line.newsletter,
    };
    return [{ event: 'message.any', payload: { ...payload, hasMedia: false, ack: null }, note: 'a newsletter' }];
  }
  if ('group' in line) return [groupEvent(line.group, timestamp)];
  const { address } = addressesOf(cast[line.from], 'phone');
  const chat = 'inGroup' in line && line.inGroup ? group.id : address;
  const participant = chat === group.id ? address : null;
  const notice = making.innerId(`notice ${line.at} ${line.from}`);
  const base = { id: `false_${chat}_${notice}`, timestamp, from: chat, fromMe: false, to: account.id, participant };
  const { name } = cast[line.from];
  if ('edits' in line) {
    const payload = { ...base, editedMessageId: making.innerId(line.edits), body: line.text };
    return [{ event: 'message.edited', payload, note: `${name} edits` }];
  }
  if ('revokes' in line) {
    const payload = { after: { ...base, _data: {} }, before: null, revokedMessageId: making.innerId(line.revokes) };
    return [{ event: 'message.revoked', payload, note: `${name} takes a message back` }];
  }
  const reaction = { text: line.emoji, messageId: making.innerId(line.reacts) };
  const payload = { ...base, timestamp: timestamp + 0.25, reaction };
  return [{ event: 'message.reaction', payload, note: `${name} reacts` }];
}

function statusPost(text: string, timestamp: number, making: Making): Record<string, unknown> {
  const { address, alt } = addressesOf(poster, 'phone');
  const innerId = making.innerId(text);
  return {
    id: `false_status@broadcast_${innerId}_${address}`,
    timestamp,
    from: address,
    fromMe: false,
    to: account.id,
    participant: address,
    body: text,
    hasMedia: false,
    _data: { Info: { Chat: 'status@broadcast', Sender: address, SenderAlt: alt, ID: innerId, PushName: poster.name } },
  };
}

function groupEvent(change: 'joined' | 'member_added', timestamp: number): Event {
  const members = group.members.map((who) => {
    const { address, alt } = addressesOf(cast[who], 'lid');
    return { id: address, pn: alt.replace('@s.whatsapp.net', '@c.us'), role: 'participant' };
  });
  const self = { id: account.lid, pn: account.id, role: 'admin' };
  if (change === 'joined') {
    const participants = [self, ...members.slice(0, 1)];
    const payload = { timestamp, group: { id: group.id, subject: group.subject, description: '', participants } };
    return { event: 'group.v2.join', payload, note: 'the shop joins a group' };
  }
  const payload = { type: 'join', timestamp, group: { id: group.id }, participants: members.slice(1) };
  return { event: 'group.v2.participants', payload, note: 'somebody joins the group' };
}
