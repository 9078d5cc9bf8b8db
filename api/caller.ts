// Who asks: an API key, or an agent that is signed in. What it does carries its id, as `changedBy` and the like.
import { findBySignIn, findByToken, isAgentToken } from '../db/agent-sign-ins.ts';
import { type ApiKey, findApiKeyById } from '../db/api-keys.ts';
import { DomainError } from '../domain/kernel/errors.ts';
import type { ApiDeps } from './api-deps.ts';

/** A caller; `scopes` are an agent's permissions at this moment. */
export type Caller = Pick<ApiKey, 'id' | 'tenantId' | 'scopes'> &
  ({ readonly kind: 'api_key' } | { readonly kind: 'agent'; readonly signInId: string });

/** An agent that is signed in. */
export type AgentCaller = Extract<Caller, { readonly kind: 'agent' }>;

/** Makes the caller of a key. */
export function keyCaller({ id, tenantId, scopes }: ApiKey): Caller {
  return { kind: 'api_key', id, tenantId, scopes };
}

/** Finds who sends `Authorization: Bearer …`. Throws DomainError unauthenticated. Agents are looked up anew each time: a revoked permission is gone at once. */
export async function findCaller(deps: ApiDeps, authorization: string | undefined): Promise<Caller> {
  const secret = bearer(authorization);
  if (isAgentToken(secret)) {
    const agent = await findByToken(deps.database.systemPool, secret);
    if (!agent) throw new DomainError('unauthenticated', 'This token is over: refresh it, or sign in again.');
    return { kind: 'agent', ...agent };
  }
  const key = await deps.knownKeys.find(secret);
  if (!key) throw new DomainError('unauthenticated', 'This API key is not known or was revoked: use another one.');
  return keyCaller(key);
}

/** Whether a caller that was let in still is: for streams. */
export async function isStillLetIn({ database }: ApiDeps, caller: Caller): Promise<boolean> {
  if (caller.kind === 'api_key') return (await findApiKeyById(database.systemPool, caller.id)) !== undefined;
  return (await findBySignIn(database.systemPool, caller.signInId))?.scopes.includes('read') ?? false;
}

function bearer(header: string | undefined): string {
  if (header === undefined)
    throw new DomainError('unauthenticated', 'An API key is needed: send the header Authorization: Bearer <key>.');
  const secret = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(header.trim())?.[1];
  if (secret === undefined)
    throw new DomainError('unauthenticated', 'The header Authorization must read: Bearer <key>.');
  return secret;
}
