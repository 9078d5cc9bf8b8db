// A token endpoint that stands in for an OAuth server: looks at what it is sent as RFC 6749 says, rotates its tokens, and misbehaves when told to.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What it does with the next requests: each of these once, then as it should. */
export type TokenMischief = 'hang' | 'http_500' | 'http_429' | 'not_json' | 'no_token' | 'redirect' | 'lost_answer';

/** A client that it knows, and the refresh token that holds now. */
export type TokenClientEntry = { readonly clientId: string; readonly clientSecret?: string; refreshToken: string };

/** The sandbox. `seen`: what came of each request. */
export type TokenSandbox = {
  readonly url: string;
  readonly clients: TokenClientEntry[];
  readonly mischief: TokenMischief[];
  readonly seen: string[];
  /** How long its access tokens hold. */
  expiresInSeconds: number | undefined;
  readonly close: () => Promise<void>;
};

type Refusal = { readonly status: number; readonly error: string };

/** Starts it. */
export async function startTokenSandbox({ port = 0 }: { readonly port?: number } = {}): Promise<TokenSandbox> {
  const server = createServer((request, response) => {
    void answer(request).then((given) => {
      if (given === 'hang') return;
      if (given === 'drop') return request.socket.destroy();
      const { status, headers = {}, body } = given;
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const sandbox: TokenSandbox = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    clients: [],
    mischief: [],
    seen: [],
    expiresInSeconds: 3_600,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  type Given = 'hang' | 'drop' | { status: number; headers?: Record<string, string>; body: object | string };
  async function answer(request: IncomingMessage): Promise<Given> {
    const form = new URLSearchParams(await textOf(request));
    const mischief = sandbox.mischief.shift();
    sandbox.seen.push(mischief ?? 'proper');
    if (mischief === 'hang') return 'hang';
    if (mischief === 'http_500') return { status: 500, body: 'oops' };
    if (mischief === 'http_429') return { status: 429, headers: { 'retry-after': '1' }, body: {} };
    if (mischief === 'not_json') return { status: 200, body: '<html>' };
    if (mischief === 'no_token') return { status: 200, body: { token_type: 'Bearer' } };
    if (mischief === 'redirect') return { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: {} };
    const found = check(request, form);
    if ('error' in found) {
      sandbox.seen[sandbox.seen.length - 1] = found.error;
      return { status: found.status, body: { error: found.error, error_description: 'as you asked' } };
    }
    found.refreshToken = token();
    if (mischief === 'lost_answer') return 'drop';
    const { expiresInSeconds } = sandbox;
    const body = { access_token: token(), token_type: 'Bearer', refresh_token: found.refreshToken };
    return { status: 200, body: { ...body, ...(expiresInSeconds !== undefined && { expires_in: expiresInSeconds }) } };
  }

  function check(request: IncomingMessage, form: URLSearchParams): TokenClientEntry | Refusal {
    const isForm = /^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? '');
    if (request.method !== 'POST' || !isForm) return { status: 400, error: 'invalid_request' };
    if (form.get('grant_type') !== 'refresh_token') return { status: 400, error: 'unsupported_grant_type' };
    const [id, secret] = credentialsOf(request, form);
    const client = sandbox.clients.find(({ clientId }) => clientId === id);
    if (!client || client.clientSecret !== secret) return { status: 401, error: 'invalid_client' };
    if (form.get('refresh_token') !== client.refreshToken) return { status: 400, error: 'invalid_grant' };
    return client;
  }
  return sandbox;
}

const token = (): string => randomBytes(24).toString('base64url');

/** Client id and secret: of the Authorization header, or of a public client the id alone. */
function credentialsOf({ headers }: IncomingMessage, form: URLSearchParams): readonly (string | undefined)[] {
  const given = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (given === undefined) return [form.get('client_id') ?? undefined];
  const [id = '', secret = ''] = Buffer.from(given, 'base64').toString('utf8').split(':');
  const plain = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));
  return [plain(id), plain(secret)];
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
