// Who asks: an API key in `Authorization: Bearer …`. The tenant comes from the key and from nowhere else.
import { createMiddleware } from 'hono/factory';
import type { ApiKey, Scope } from '../../db/api-keys.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { ApiEnv } from '../api-deps.ts';

/** Sets `caller`; throws DomainError unauthenticated. */
export const authenticate = createMiddleware<ApiEnv>(async (c, next) => {
  const secret = bearer(c.req.header('authorization'));
  const key = await c.get('deps').knownKeys.find(secret);
  if (!key) throw new DomainError('unauthenticated', 'This API key is not known or was revoked: use another one.');
  c.set('caller', key);
  await next();
});

function bearer(header: string | undefined): string {
  if (header === undefined)
    throw new DomainError('unauthenticated', 'An API key is needed: send the header Authorization: Bearer <key>.');
  const secret = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(header.trim())?.[1];
  if (secret === undefined)
    throw new DomainError('unauthenticated', 'The header Authorization must read: Bearer <key>.');
  return secret;
}

/** Throws DomainError forbidden when the key lacks the scope. */
export function requireScope(caller: ApiKey, scope: Scope): void {
  if (!caller.scopes.includes(scope))
    throw new DomainError(
      'forbidden',
      `This needs a key with the scope ${scope}; this one has ${caller.scopes.join(', ')}.`,
    );
}
