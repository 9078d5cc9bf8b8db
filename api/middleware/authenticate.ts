// Who asks: an API key or an agent's token in `Authorization: Bearer …`. The tenant comes from it and from nowhere else.
import { createMiddleware } from 'hono/factory';
import type { Scope } from '../../db/api-keys.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { ApiEnv } from '../api-deps.ts';
import { type Caller, findCaller } from '../caller.ts';

/** Sets `caller`; throws DomainError unauthenticated. */
export const authenticate = createMiddleware<ApiEnv>(async (c, next) => {
  c.set('caller', await findCaller(c.get('deps'), c.req.header('authorization')));
  await next();
});

/** Throws DomainError forbidden when the caller lacks the scope. */
export function requireScope({ kind, scopes }: Caller, scope: Scope): void {
  if (scopes.includes(scope)) return;
  const own = scopes.length > 0 ? scopes.join(', ') : 'none';
  throw new DomainError(
    'forbidden',
    kind === 'agent'
      ? `This needs the permission ${scope}; yours are: ${own}.`
      : `This needs a key with the scope ${scope}; this one has ${own}.`,
  );
}

/** Throws DomainError forbidden when the caller would give somebody what it lacks itself. */
export function requireOwnScopes(caller: Caller, given: readonly Scope[]): void {
  const beyond = given.filter((scope) => !caller.scopes.includes(scope));
  if (beyond.length === 0) return;
  throw new DomainError('forbidden', `Nobody can give what they lack themselves: leave out ${beyond.join(', ')}.`);
}
