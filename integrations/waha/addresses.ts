// Addresses of people, groups, channels and status posts as the gateway writes them, made comparable. Pure.

/** A parsed address: `user` is what stands before the @ (device removed), `address` the normal form that can be sent to. */
export type Address = {
  kind: 'phone' | 'lid' | 'group' | 'newsletter' | 'status' | 'broadcast';
  user: string;
  address: string;
};

const kinds: Readonly<Record<string, Address['kind']>> = {
  'c.us': 'phone',
  's.whatsapp.net': 'phone',
  lid: 'lid',
  'g.us': 'group',
  newsletter: 'newsletter',
  broadcast: 'broadcast',
};

// The longest number a phone can have (E.164); what is longer can only be a hidden id that lost its own suffix.
const longestPhone = 15;
const shortestPhone = 5;

/**
 * Parses one address; undefined for anything else. `@s.whatsapp.net` becomes `@c.us`, a device (`:3`) is cut off.
 * Hidden ids that a gateway wrote as `@c.us` look like phone numbers and can't be told apart here.
 */
export function parseAddress(text: unknown): Address | undefined {
  if (typeof text !== 'string' || text.length > 128) return undefined;
  const at = text.lastIndexOf('@');
  const server = text.slice(at + 1);
  const kind = Object.hasOwn(kinds, server) ? kinds[server] : undefined;
  if (at < 1 || kind === undefined) return undefined;
  const user = text.slice(0, at);
  if (kind === 'phone' || kind === 'lid') return parsePerson(user, kind);
  if (!/^[A-Za-z0-9-]+$/.test(user)) return undefined;
  if (kind === 'broadcast' && user === 'status') return { kind: 'status', user, address: text };
  return { kind, user, address: text };
}

function parsePerson(user: string, kind: 'phone' | 'lid'): Address | undefined {
  const digits = /^\+?(\d+)(?:\.\d+)?(?::\d+)?$/.exec(user)?.[1];
  if (digits === undefined) return undefined;
  if (kind === 'lid') return { kind, user: digits, address: `${digits}@lid` };
  if (digits.length < shortestPhone) return undefined;
  if (digits.length > longestPhone) return { kind: 'lid', user: digits, address: `${digits}@c.us` };
  return { kind, user: digits, address: `${digits}@c.us` };
}
