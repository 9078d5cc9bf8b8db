// Lets the Temporal UI show sealed payloads: /codec/encode and /codec/decode for whoever has a key with the scope `codec`, as Bearer or by the cookie
// that /codec/sign-in sets; on a local stack also under a path that only the launcher knows. The cookie is signed and names a key: revoking the key ends it.
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Payload } from '@temporalio/common';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import { type ApiKey, findApiKeyById } from '../db/api-keys.ts';
import { DomainError } from '../domain/kernel/errors.ts';
import { localCodecPath } from '../platform/crypto/local-codec-path.ts';
import type { ApiDeps, ApiEnv } from './api-deps.ts';
import { keyCaller } from './caller.ts';
import { signInPage } from './codec-page.ts';
import { requireScope } from './middleware/authenticate.ts';
import { readBody } from './middleware/read-body.ts';
import { invalid } from './problem.ts';

const cookieName = 'codec_session';
const sessionHours = 12;
const signInPath = '/codec/sign-in';

/** Mounts endpoint and sign-in page. */
export function mountCodec(app: OpenAPIHono<ApiEnv>, deps: Pick<ApiDeps, 'config'>): void {
  app.use('/codec/*', async (c, next) => {
    const origin = new URL(c.get('deps').config.TEMPORAL_UI_URL).origin;
    const allowHeaders = ['content-type', 'authorization', 'x-namespace'];
    return cors({ origin, credentials: true, allowMethods: ['POST'], allowHeaders, maxAge: 600 })(c, next);
  });
  const { config } = deps;
  if (config.NODE_ENV !== 'production') {
    const local = localCodecPath(config.MASTER_KEY);
    app.post(`${local}/encode`, readBody('json'), (c) => convert(c, 'encode'));
    app.post(`${local}/decode`, readBody('json'), (c) => convert(c, 'decode'));
  }
  app.get(signInPath, (c) => signInPage(c, ''));
  app.post(signInPath, readBody('raw'), signIn);
  app.post('/codec/encode', signedIn, readBody('json'), (c) => convert(c, 'encode'));
  app.post('/codec/decode', signedIn, readBody('json'), (c) => convert(c, 'decode'));
}

/** A Bearer key as everywhere else, or a session's cookie. */
const signedIn = createMiddleware<ApiEnv>(async (c, next) => {
  const deps = c.get('deps');
  const secret = /^Bearer +(\S{1,200})$/i.exec(c.req.header('authorization') ?? '')?.[1];
  const key =
    secret === undefined ? await sessionKey(deps, getCookie(c, cookieName)) : await deps.knownKeys.find(secret);
  if (!key)
    throw new DomainError(
      'unauthenticated',
      `Sign in at ${signInPath} with an API key that has the scope codec, or send it as Authorization: Bearer <key>.`,
    );
  const caller = keyCaller(key);
  requireScope(caller, 'codec');
  c.set('caller', caller);
  await next();
});

async function signIn(c: Context<ApiEnv>): Promise<Response> {
  const deps = c.get('deps');
  const key = new URLSearchParams(c.get('rawBody').toString('utf8')).get('key')?.trim() ?? '';
  const caller = key === '' ? undefined : await deps.knownKeys.find(key);
  if (!caller?.scopes.includes('codec')) return signInPage(c, 'This key is not known, or lacks the scope codec.', 401);
  const expires = deps.database.clock.now().getTime() + sessionHours * 3_600_000;
  setCookie(c, cookieName, sign(deps, `${caller.id}.${expires}`), {
    httpOnly: true,
    sameSite: 'Strict',
    secure: new URL(deps.config.API_PUBLIC_URL).protocol === 'https:',
    path: '/codec',
    maxAge: sessionHours * 3600,
  });
  return signInPage(c, `Signed in for ${sessionHours} hours: the Temporal UI can show payloads now.`);
}

async function sessionKey(deps: ApiDeps, cookie: string | undefined): Promise<ApiKey | undefined> {
  const [id, expires, mac] = cookie?.split('.') ?? [];
  if (id === undefined || expires === undefined || mac === undefined) return undefined;
  const expected = Buffer.from(sign(deps, `${id}.${expires}`));
  const given = Buffer.from(`${id}.${expires}.${mac}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  if (Number(expires) < deps.database.clock.now().getTime()) return undefined;
  return findApiKeyById(deps.database.systemPool, id);
}

function sign({ config }: ApiDeps, text: string): string {
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(config.MASTER_KEY, 'base64'), '', 'codec session', 32));
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

const payloads = z.object({
  payloads: z
    .array(z.looseObject({ metadata: z.record(z.string(), z.base64()).optional(), data: z.base64().optional() }))
    .max(2_000)
    // The temporal CLI leaves the list out when there is nothing in it.
    .default([]),
});

async function convert(c: Context<ApiEnv>, direction: 'encode' | 'decode'): Promise<Response> {
  const parsed = payloads.safeParse(c.get('rawBody').length > 0 ? await c.req.json() : undefined);
  if (!parsed.success) throw invalid('json', parsed.error.issues);
  const given = parsed.data.payloads.map(
    ({ metadata, data }): Payload => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
      ),
      data: Buffer.from(data ?? '', 'base64'),
    }),
  );
  const { codec } = c.get('deps');
  const made = await codec[direction](given).catch(() => {
    // Whose key it was is in the log of nobody: the caller sent it.
    throw new DomainError(
      'rule_violated',
      'A payload was sealed with a key that this server does not have, or was changed.',
      {
        rule: 'payload_not_ours',
      },
    );
  });
  return c.json({ payloads: made.map(toJson) });
}

function toJson({ metadata, data }: Payload): object {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return {
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
    data: base64(data ?? new Uint8Array()),
  };
}
