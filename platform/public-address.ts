// Whether an address is one of the public web: https, a name or address that leads outside, no user in it. Looks at the text alone: what a name leads to is looked at when it is called.
import { BlockList, isIP } from 'node:net';

const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(network, prefix, 'ipv4');

/** Of IPv6 only this is given out to the public; what carries an IPv4 address or is for documentation is not. */
const outside = new BlockList();
outside.addSubnet('2000::', 3, 'ipv6');
const notOutside = new BlockList();
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const)
  notOutside.addSubnet(network, prefix, 'ipv6');

const insideNames = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|test|example|invalid|onion|home\.arpa)$/;

/** Why an address is not one that can be called; undefined when it can. `allowInside`: http and addresses of one's own network too, for development. */
export function whyNotPublic(address: string, allowInside = false): string | undefined {
  if (!URL.canParse(address)) return 'must be an address like https://example.com/webhooks';
  const url = new URL(address);
  if (!['https:', ...(allowInside ? ['http:'] : [])].includes(url.protocol)) return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password: use a header';
  if (url.hash !== '') return 'must not end with #…';
  if (allowInside) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return isPublicHost(host) ? undefined : 'must lead to the public internet';
}

/** Whether a name, or an address in text, is one of the public web. */
export function isPublicHost(host: string): boolean {
  if (isIP(host) === 4) return !inside.check(host, 'ipv4');
  if (isIP(host) === 6) return outside.check(host, 'ipv6') && !notOutside.check(host, 'ipv6');
  return host.includes('.') && !insideNames.test(host);
}
