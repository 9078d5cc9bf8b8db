// The gateway's calls about what was exchanged before: its chats and their messages, page by page. A short page is not the last one: only an empty one is.
import { parseAddress } from './addresses.ts';
import type { Calling } from './calling.ts';
import { segment } from './calling.ts';
import { asRecord, pickText } from './loose.ts';
import { WahaError } from './waha-error.ts';

/** Which page: always raise `offset` by `limit`, however many came. */
export type HistoryPage = { readonly limit: number; readonly offset: number };

/** Which messages: whole seconds, both inclusive. Oldest first unless `newestFirst`. */
export type MessageRange = {
  readonly sinceAt?: Date | null;
  readonly uptoAt?: Date | null;
  readonly newestFirst?: boolean;
};

/** The calls. Each throws WahaError. */
export type WahaHistoryCalls = {
  /** The addresses of people's and groups' chats, in the order of their ids; `isEmpty`: there is nothing at or after this offset. */
  listChats(session: string, page: HistoryPage): Promise<{ addresses: string[]; isEmpty: boolean }>;
  /** Messages as the gateway's webhooks have them in `payload`, without their files. */
  listMessages(session: string, chat: string, page: HistoryPage & MessageRange): Promise<unknown[]>;
};

const seconds = (at: Date): string => String(Math.floor(at.getTime() / 1_000));

/** Makes the calls. */
export function createHistoryCalls(call: Calling): WahaHistoryCalls {
  const list = async (what: string, path: string, query: Record<string, string>): Promise<unknown[]> => {
    const answer = await call(what, { method: 'GET', path: `${path}?${new URLSearchParams(query)}` });
    if (Array.isArray(answer)) return answer;
    throw new WahaError('unavailable', `${what}: the gateway answered something else than documented`);
  };
  return {
    async listChats(session, { limit, offset }) {
      // By id: an order by time moves while messages come in, and a chat that moves up would be missed.
      const query = { sortBy: 'id', sortOrder: 'asc', limit: `${limit}`, offset: `${offset}`, merge: 'true' };
      const chats = await list('listChats', `/api/${segment(session)}/chats`, query);
      return { addresses: chats.flatMap(addressOf), isEmpty: chats.length === 0 };
    },
    listMessages(session, chat, { limit, offset, sinceAt, uptoAt, newestFirst = false }) {
      return list('listMessages', `/api/${segment(session)}/chats/${segment(chat)}/messages`, {
        ...{ limit: `${limit}`, offset: `${offset}`, downloadMedia: 'false', merge: 'true' },
        // Oldest first, what comes in meanwhile moves no page.
        ...{ sortBy: 'timestamp', sortOrder: newestFirst ? 'desc' : 'asc' },
        ...(sinceAt && { 'filter.timestamp.gte': seconds(sinceAt) }),
        ...(uptoAt && { 'filter.timestamp.lte': seconds(uptoAt) }),
      });
    },
  };
}

/** Status posts, newsletters and broadcast lists are no conversations. */
function addressOf(chat: unknown): string[] {
  const record = asRecord(chat);
  const address = parseAddress(pickText(record, 'id') ?? pickText(asRecord(record?.['id']), '_serialized'));
  if (address?.kind !== 'phone' && address?.kind !== 'lid' && address?.kind !== 'group') return [];
  return [address.address];
}
