// `group.v2.*`: the account's groups and their members. Pure and total.
import { parseAddress } from './addresses.ts';
import type { Envelope } from './contract.ts';
import { dropUndefined } from './drop-undefined.ts';
import type { EventCommon, GatewayEvent, GroupEvent, GroupMember } from './gateway-event.ts';
import { other } from './outcomes.ts';
import { groupPayload, type MemberPayload } from './payloads.ts';
import { findPerson } from './people.ts';
import { gatewayTime } from './times.ts';

const changes: Readonly<Record<string, GroupEvent['change']>> = {
  'group.v2.join': 'joined',
  'group.v2.leave': 'left',
  'group.v2.update': 'updated',
};

const memberChanges: Readonly<Record<string, GroupEvent['change']>> = {
  join: 'members_added',
  leave: 'members_removed',
  promote: 'members_promoted',
  demote: 'members_demoted',
};

/** Parses a group event. The account itself is left out of the members. */
export function parseGroup(common: EventCommon, envelope: Envelope): GatewayEvent {
  const payload = groupPayload.parse(envelope.payload);
  const chat = parseAddress(payload.group?.id);
  if (chat?.kind !== 'group') return other(common, 'group event names no group');
  const change = changes[common.event] ?? lookUpMemberChange(payload.type);
  if (change === undefined) return other(common, 'group event has an unknown type');
  const members = payload.participants ?? payload.group?.participants ?? [];
  return dropUndefined({
    ...common,
    kind: 'group' as const,
    change,
    chat: { kind: 'group' as const, address: chat.address },
    subject: payload.group?.subject,
    description: payload.group?.description,
    members: members.map((member) => readMember(member, common)).filter((member) => member !== undefined),
    changedAt: gatewayTime(payload.timestamp) ?? common.occurredAt,
  });
}

function lookUpMemberChange(type: string | undefined): GroupEvent['change'] | undefined {
  return type !== undefined && Object.hasOwn(memberChanges, type) ? memberChanges[type] : undefined;
}

function readMember(member: MemberPayload, common: EventCommon): GroupMember | undefined {
  const person = findPerson([member.id, member.pn], { me: common.me });
  return person && dropUndefined({ ...person, role: member.role });
}
