// Who and where: the chat of an event and the person it is about, out of every address form the gateway gave. Pure.
import { phoneIdentityKey } from '../../domain/contact/identity.ts';
import { type Address, parseAddress } from './addresses.ts';
import type { Envelope } from './contract.ts';
import { dropUndefined } from './drop-undefined.ts';
import type { ChatRef, Person } from './gateway-event.ts';

/** The account's own numbers. */
export type Me = { phone?: string; lid?: string };

/** The account of the envelope, or undefined when the gateway does not say. */
export function readMe(envelope: Envelope): Me | undefined {
  const found = [envelope.me?.id, envelope.me?.jid, envelope.me?.lid].map(parseAddress);
  const me = dropUndefined({
    phone: found.find((address) => address?.kind === 'phone')?.user,
    lid: found.find((address) => address?.kind === 'lid')?.user,
  });
  return me.phone === undefined && me.lid === undefined ? undefined : me;
}

/** The first usable chat address among `candidates`. */
export function findChat(...candidates: (Address | string | undefined)[]): Address | undefined {
  for (const candidate of candidates) {
    const address = typeof candidate === 'string' ? parseAddress(candidate) : candidate;
    if (address !== undefined) return address;
  }
  return undefined;
}

/** The chat as the product names it; a broadcast list is no chat. */
export function chatRef(address: Address | undefined): ChatRef | undefined {
  switch (address?.kind) {
    case undefined:
    case 'broadcast':
      return undefined;
    case 'phone':
    case 'lid':
      return { kind: 'individual', address: address.address };
    case 'group':
    case 'newsletter':
    case 'status':
      return { kind: address.kind, address: address.address };
  }
}

/**
 * One person out of all address forms given for them; undefined when none is a person's or all are the account's own.
 * Digits that stand before `@lid` anywhere are a hidden id wherever they stand: some gateways write them before `@c.us`.
 */
export function findPerson(
  candidates: (Address | string | undefined)[],
  options: { me?: Me | undefined; pushName?: string | undefined },
): Person | undefined {
  const addresses = candidates
    .map((candidate) => (typeof candidate === 'string' ? parseAddress(candidate) : candidate))
    .filter((address) => address !== undefined)
    .filter((address) => !isMe(address, options.me));
  const people = addresses.filter((address) => address.kind === 'phone' || address.kind === 'lid');
  const hidden = new Set(people.filter((address) => address.kind === 'lid').map((address) => address.user));
  const first = people[0];
  if (first === undefined) return undefined;
  return dropUndefined({
    phone: people.find((address) => address.kind === 'phone' && !hidden.has(address.user))?.user,
    lid: people.find((address) => hidden.has(address.user))?.user,
    pushName: options.pushName,
    chatIdForReply: first.address,
  });
}

/** Whether an address is the account's own. */
export function isMe(address: Address | undefined, me: Me | undefined): boolean {
  if (address === undefined || me === undefined) return false;
  if (address.user === me.lid) return true;
  return (
    address.kind === 'phone' && me.phone !== undefined && phoneIdentityKey(address.user) === phoneIdentityKey(me.phone)
  );
}
