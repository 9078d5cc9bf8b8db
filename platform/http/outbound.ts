// Calls of addresses that customers give. An address that leads inside is refused, by its text and again where its name leads when the socket connects; no
// redirect is followed, an answer is read up to a limit.
import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { isPublicHost, whyNotPublic } from '../public-address.ts';

/** A call. `timeoutMs`: for the whole of it. */
export type OutboundCall = {
  readonly url: string;
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** An answer; its body is cut at the limit. */
export type OutboundAnswer = { readonly status: number; readonly body: string };

/** Why a call got no answer. `refused`: it was not made, the address leads inside or is none. */
export class OutboundError extends Error {
  override name = 'OutboundError';
  readonly isRefused: boolean;

  constructor(message: string, isRefused: boolean) {
    super(message);
    this.isRefused = isRefused;
  }
}

const mostBytes = 65_536;

/** Makes the caller. `allowInside`: for development, http and one's own network too. Throws OutboundError. */
export function createOutbound({
  allowInside,
  timeoutMs,
  resolve = lookup,
}: {
  readonly allowInside: boolean;
  readonly timeoutMs: number;
  readonly resolve?: typeof lookup;
}) {
  const dispatcher = new Agent({
    connect: { timeout: Math.min(timeoutMs, 5_000), ...(!allowInside && { lookup: publicLookup(resolve) }) },
  });
  return async ({ url, method, headers, body }: OutboundCall): Promise<OutboundAnswer> => {
    const wrong = whyNotPublic(url, allowInside);
    if (wrong !== undefined) throw new OutboundError(`The address ${wrong}.`, true);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await request(url, { method, headers, body, dispatcher, signal });
      const parts: Buffer[] = [];
      let size = 0;
      for await (const part of answer.body as AsyncIterable<Buffer>) {
        parts.push(part);
        size += part.length;
        if (size > mostBytes) break;
      }
      return { status: answer.statusCode, body: Buffer.concat(parts).subarray(0, mostBytes).toString('utf8') };
    } catch (error) {
      if (error instanceof OutboundError) throw error;
      if (isInside(error)) throw new OutboundError('The address must lead to the public internet.', true);
      throw new OutboundError(signal.aborted ? 'No answer came in time.' : 'The address could not be reached.', false);
    }
  };
}

/** A caller. */
export type Outbound = ReturnType<typeof createOutbound>;

const inside = 'EINSIDE';
const isInside = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === inside;

/** All addresses of a name must be public: the one that is taken could be any. */
const publicLookup =
  (resolve: typeof lookup): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const addresses: readonly LookupAddress[] = found ?? [];
      const [first] = addresses;
      if (error || !first) return callback(error ?? new Error('no address'), '', 0);
      if (!addresses.every(({ address }) => isPublicHost(address)))
        return callback(Object.assign(new Error('leads inside'), { code: inside }), '', 0);
      if (options.all) return callback(null, [...addresses]);
      callback(null, first.address, first.family);
    });
  };
