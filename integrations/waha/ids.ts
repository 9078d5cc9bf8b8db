// Message ids in their two forms: `{true|false}_{chatId}_{innerId}[_{participant}]`, or the bare inner id. Pure.
import { type Address, parseAddress } from './addresses.ts';
import { dropUndefined } from './drop-undefined.ts';

/** A parsed message id. Only `innerId` is the same in every form of one message; chat and participant may use another address. */
export type MessageId = { innerId: string; fromMe?: boolean; chat?: Address; participant?: Address };

const longestInnerId = 200;

/** Parses a message id; undefined when there is no inner id in it. Elisions (`[_participant]`) and `_out` / `_in` are cut off. */
export function parseMessageId(text: unknown): MessageId | undefined {
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim().replace(/\[[^\]]*\]$/, '');
  const full = /^(true|false)_([^_]+@[^_]+)_(.+)$/s.exec(trimmed);
  if (full === null) return /^(true|false)_/.test(trimmed) ? undefined : bare(trimmed);
  const [, own, chat, rest = ''] = full;
  const last = rest.lastIndexOf('_');
  const participant = last > 0 ? parseAddress(rest.slice(last + 1)) : undefined;
  const inner = bare(participant === undefined ? rest.replace(/_(?:out|in)$/, '') : rest.slice(0, last));
  return inner && dropUndefined({ ...inner, fromMe: own === 'true', chat: parseAddress(chat), participant });
}

/** Writes the full id of a message, as the gateway's calls want it. `participant`: who wrote it in a group. */
export function formatMessageId({
  innerId,
  fromMe,
  chat,
  participant,
}: {
  readonly innerId: string;
  readonly fromMe: boolean;
  readonly chat: string;
  readonly participant?: string;
}): string {
  return [fromMe, chat, innerId, ...(participant === undefined ? [] : [participant])].join('_');
}

function bare(innerId: string): MessageId | undefined {
  if (innerId === '' || innerId.length > longestInnerId || /[\s@\p{Cc}]/u.test(innerId)) return undefined;
  return { innerId };
}
