// Free text on its way to a log: what looks like a phone number, a chat address, an e-mail address or a credential becomes ***.
// Ids, times, hashes, IP addresses and sealed values stay. Rather a number too many masked than a person shown.

/** What must survive although it may hold long runs of digits. Tried first, at the place where the text starts. */
const KEPT = [
  'enc:v1:[A-Za-z0-9._-]{1,128}:[A-Za-z0-9_-]+',
  // UUID
  '(?<![0-9a-fA-F])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![0-9a-fA-F])',
  // ISO date, with time if there is one
  '(?<!\\d)(?:19|20)\\d{2}-[01]\\d-[0-3]\\d(?:[T ][0-2]\\d:[0-5]\\d(?::[0-5]\\d)?(?:\\.\\d{1,9})?)?(?!\\d)',
  // IPv4, with port if there is one
  '(?<![\\d.])(?:\\d{1,3}\\.){3}\\d{1,3}(?::\\d{1,5})?(?![\\d.])',
  // trace ids and hashes, by their lengths: hexadecimal with a letter among the digits
  '(?<![0-9A-Za-z])(?=[0-9]{0,64}[a-fA-F])(?:[0-9a-fA-F]{16}|[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})(?![0-9A-Za-z])',
];

/** What must not. */
const MASKED = [
  // credentials in an address, after the scheme
  '(?<=://)[^\\s/@]{1,256}@',
  '(?<=\\b(?:[Bb]earer|[Bb]asic) )[A-Za-z0-9._~+/=-]{6,}',
  // chat addresses of persons and groups
  '[A-Za-z0-9_.+:-]{1,64}(?:@|%40)(?:c\\.us|lid|s\\.whatsapp\\.net|g\\.us)',
  // e-mail
  '[^\\s@<>"\'(),;:/]{1,64}(?:@|%40)[^\\s@<>"\'(),;:/]{1,190}\\.[A-Za-z]{2,24}',
  // telephone numbers as people write them: after + or (, else groups of two digits and more
  '(?<=[+(])\\d(?:[\\s().-]{0,2}\\d){7,}',
  '\\d{2,}(?:[ -]\\d{2,})*',
];

const TOKENS = new RegExp(`(${KEPT.join('|')})|${MASKED.join('|')}`, 'g');

/** Fewer digits than this are no telephone number. */
const PHONE_DIGITS = 8;

/** The text with personal and secret parts replaced by ***, cut to `maxLength` characters. */
export function maskText(text: string, maxLength = 2_000): string {
  // What the cut goes through is dropped as a whole: half a number would no longer be known as one.
  const whole = text.length <= maxLength;
  const cut = whole
    ? text
    : `${text
        .slice(0, maxLength)
        .replace(/\S{1,64}$/, '')
        .replace(/[\d\s().+-]{1,64}$/, '')}…`;
  return cut.replace(TOKENS, (match: string, kept: string | undefined) => {
    if (kept !== undefined) return match;
    if (/^[\d\s().-]+$/.test(match) && match.replace(/\D/g, '').length < PHONE_DIGITS) return match;
    return match.endsWith('@') ? '***@' : '***';
  });
}
