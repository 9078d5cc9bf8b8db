// The token endpoint of an OAuth server, as far as a refresh needs it (RFC 6749 §6): what it says yes to, what it refuses for good, what may pass.
import { z } from 'zod';
import { type Outbound, OutboundError } from '../../platform/http/outbound.ts';

/** What a refresh needs. Without `clientSecret` the client is a public one. */
export type RefreshRequest = {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly refreshToken: string;
};

/** What came of it. `refused`: asking again with the same is no use. `reason` is a word of the RFC's, or ours. */
export type RefreshAnswer =
  | {
      readonly outcome: 'refreshed';
      readonly accessToken: string;
      /** A new one in place of the old, if the server rotates them. */
      readonly refreshToken?: string | undefined;
      readonly expiresInSeconds: number;
    }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'unavailable'; readonly reason: string };

/** Said by the server in its `error`; nothing else of its answer is ever repeated. */
const errors = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
] as const;
const refusal = z.object({ error: z.enum(errors) });
const secret = z.string().min(1).max(8_000);
const tokens = z.object({
  access_token: secret,
  token_type: z.string().min(1),
  expires_in: z.coerce.number().int().min(1).max(315_360_000).optional(),
  refresh_token: secret.optional(),
});
/** Where the server does not say how long a token holds. */
const usualSeconds = 3_600;

/** Makes the client. Never throws what it was told. */
export function createTokenClient(outbound: Outbound) {
  return async ({ tokenUrl, clientId, clientSecret, refreshToken }: RefreshRequest): Promise<RefreshAnswer> => {
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
    if (clientSecret === undefined) form.set('client_id', clientId);
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      ...(clientSecret !== undefined && { authorization: basic(clientId, clientSecret) }),
    };
    try {
      const { status, body } = await outbound({ url: tokenUrl, method: 'POST', headers, body: form.toString() });
      return readAnswer(status, body);
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      return error.isRefused
        ? { outcome: 'refused', reason: 'address_not_allowed' }
        : { outcome: 'unavailable', reason: 'no_answer' };
    }
  };
}

/** The client. */
export type TokenClient = ReturnType<typeof createTokenClient>;

/** RFC 6749 §2.3.1: both are form-encoded before they are joined. */
function basic(clientId: string, clientSecret: string): string {
  const encoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64')}`;
}

function readAnswer(status: number, body: string): RefreshAnswer {
  const json = parsed(body);
  if (status === 200) {
    const read = tokens.safeParse(json);
    if (!read.success) return { outcome: 'unavailable', reason: 'not_understood' };
    const {
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_in: expiresInSeconds = usualSeconds,
    } = read.data;
    return { outcome: 'refreshed', accessToken, refreshToken, expiresInSeconds };
  }
  const refused = refusal.safeParse(json);
  if ((status === 400 || status === 401 || status === 403) && refused.success)
    return { outcome: 'refused', reason: refused.data.error };
  return { outcome: 'unavailable', reason: `http_${status}` };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
