// Signing in and out, passwords, and what a caller may ask about itself. A wrong password, an unknown address, a deactivated agent and one without a
// password look the same from outside: the same answer after the same work.
import { z } from '@hono/zod-openapi';
import {
  findSignedIn,
  findSigningIn,
  isStillPassword,
  type SigningIn,
  storePassword,
} from '../../db/agent-passwords.ts';
import { endSignIn, endSignIns, findTenantOfRefresh, insertSignIn, refreshSignIn } from '../../db/agent-sign-ins.ts';
import { aggregates } from '../../db/aggregates.ts';
import { scopes } from '../../db/api-keys.ts';
import { findTenantOfToken, takeToken } from '../../db/one-time-tokens.ts';
import { forgetAttempts, takeAttempt } from '../../db/sign-in-attempts.ts';
import { inTenantRetrying } from '../../db/transaction.ts';
import { DomainError, violated } from '../../domain/kernel/errors.ts';
import { unknownToken } from '../accept-invitation.ts';
import { agentEmailIndex } from '../agent-email-index.ts';
import { type OpenContext, type OpenRoute, type OpenTo, openRoute } from '../open-route.ts';
import { requireGoodPassword } from '../passwords.ts';
import { givenToken, knownPassword, newPassword, signInSchema } from '../schemas/agent.ts';
import { uuid } from '../schemas/common.ts';

const tag = 'sign-in';
const wrong = () => new DomainError('unauthenticated', 'E-mail address or password is wrong.');
const locked = (context: Pick<OpenContext<OpenTo>, 'refuseFor'>, seconds: number): DomainError =>
  context.refuseFor(seconds, `Too many wrong passwords: wait ${seconds} s, or have a new password set.`);

type Attempt = { readonly waitSeconds: number; readonly emailIndex: string; readonly known: SigningIn | undefined };
const nobody: Attempt = { waitSeconds: 0, emailIndex: '', known: undefined };

/** Takes an attempt for an address, and finds who has it. */
async function attempt({ database }: OpenContext<OpenTo>['deps'], tenantId: string, email: string): Promise<Attempt> {
  return inTenantRetrying(database.pool, tenantId, async (tx) => {
    const { rowCount } = await tx.query('select 1 from tenants where tenant_id = $1', [tenantId]);
    if (rowCount === 0) return nobody;
    const keys = database.keysOf(tx);
    const emailIndex = await agentEmailIndex(keys, email);
    const known = await findSigningIn(tx, keys, emailIndex);
    // Last: whoever else tries this address waits for the commit.
    return { waitSeconds: await takeAttempt(tx, emailIndex), emailIndex, known };
  });
}

export const signInRoutes: readonly OpenRoute[] = [
  openRoute({
    openTo: 'anyone',
    method: 'post',
    path: '/v1/sign-in',
    operationId: 'signIn',
    tag,
    summary: 'Signs an agent in with its e-mail address and password',
    description:
      'After 5 wrong passwords in a row the address is locked for a minute, after each further one for twice as long, up to an hour: 429 with Retry-After.',
    body: z.strictObject({
      tenantId: z.string().regex(/^[\x21-\x7e]{1,64}$/),
      email: z.string().min(3).max(320),
      password: knownPassword,
    }),
    answer: { description: 'The tokens.', schema: signInSchema },
    handle: async ({ tenantId, email, password }, context) => {
      const { deps, write } = context;
      const { waitSeconds, emailIndex, known } = await attempt(deps, tenantId, email);
      if (waitSeconds > 0) throw locked(context, waitSeconds);
      const fits = await deps.passwords.check(known?.passwordHash ?? null, password);
      if (!fits || known === undefined) throw wrong();
      const { agentId } = known;
      return write({ tenantId, id: agentId }, async ({ tx, run }) => {
        if (!(await isStillPassword(tx, deps.database.keysOf(tx), known))) throw wrong();
        await run(aggregates.agent, agentId, { type: 'agent.log_in', data: {} });
        await forgetAttempts(tx, emailIndex);
        return { body: await insertSignIn(tx, deps.database.ids.next(), agentId) };
      });
    },
  }),
  openRoute({
    openTo: 'anyone',
    method: 'post',
    path: '/v1/sign-in/refresh',
    operationId: 'refreshSignIn',
    tag,
    summary: 'Gives new tokens for a refresh token; the ones before are void',
    description:
      'When the token before the last one comes once more, it was copied: then the whole sign-in ends. Older ones are refused.',
    body: z.strictObject({ refreshToken: givenToken }),
    answer: { description: 'The tokens.', schema: signInSchema },
    handle: async ({ refreshToken }, { deps: { database } }) => {
      const tenantId = await findTenantOfRefresh(database.systemPool, refreshToken);
      const tokens =
        tenantId === undefined
          ? undefined
          : await inTenantRetrying(database.pool, tenantId, (tx) => refreshSignIn(tx, refreshToken));
      if (!tokens) throw new DomainError('unauthenticated', 'This refresh token is over: sign in again.');
      return { body: tokens };
    },
  }),
  openRoute({
    openTo: 'agent',
    method: 'post',
    path: '/v1/sign-out',
    operationId: 'signOut',
    tag,
    summary: 'Ends the sign-in: its tokens are dead at once',
    answer: { status: 204, description: 'Signed out.' },
    handle: async (_, { caller, write }) => {
      await write(caller, ({ tx }) => endSignIn(tx, caller.signInId));
      return {};
    },
  }),
  openRoute({
    openTo: 'anyone',
    method: 'post',
    path: '/v1/set-password',
    operationId: 'setPassword',
    tag,
    summary: 'Sets a password by a one-time token',
    description: 'Ends all sign-ins of the agent, and the lock of its address.',
    body: z.strictObject({ token: givenToken, password: newPassword }),
    answer: { status: 204, description: 'Set.' },
    handle: async ({ token, password }, { deps, write }) => {
      const tenantId = await findTenantOfToken(deps.database.systemPool, 'set_password', token);
      if (tenantId === undefined) throw unknownToken();
      requireGoodPassword(password);
      const passwordHash = await deps.passwords.hash(password);
      return write({ tenantId, id: deps.database.ids.next() }, async ({ tx }) => {
        const { keysOf } = deps.database;
        const agentId = await takeToken(tx, 'set_password', token);
        const agent = agentId && (await findSignedIn(tx, keysOf(tx), agentId));
        if (!agent) throw unknownToken();
        await storePassword(tx, keysOf, agent.agentId, passwordHash);
        await endSignIns(tx, agent.agentId, 'password_changed');
        await forgetAttempts(tx, agent.emailIndex);
        return {};
      });
    },
  }),
  openRoute({
    openTo: 'agent',
    method: 'post',
    path: '/v1/me/password',
    operationId: 'changePassword',
    tag,
    summary: 'Changes the own password; all other sign-ins end',
    body: z.strictObject({ currentPassword: knownPassword, newPassword }),
    answer: { status: 204, description: 'Changed.' },
    handle: async (body, context) => {
      const { deps, caller, write } = context;
      const { keysOf } = deps.database;
      const { agent, waitSeconds } = await write(caller, async ({ tx }) => {
        const agent = await findSignedIn(tx, keysOf(tx), caller.id);
        return { agent, waitSeconds: agent ? await takeAttempt(tx, agent.emailIndex) : 0 };
      });
      if (waitSeconds > 0) throw locked(context, waitSeconds);
      if (!(await deps.passwords.check(agent?.passwordHash ?? null, body.currentPassword)) || !agent)
        throw violated('password_wrong', 'currentPassword is not the current one.');
      requireGoodPassword(body.newPassword);
      const passwordHash = await deps.passwords.hash(body.newPassword);
      return write(caller, async ({ tx }) => {
        if (!(await isStillPassword(tx, keysOf(tx), agent)))
          throw violated('password_wrong', 'currentPassword is not the current one.');
        await storePassword(tx, keysOf, caller.id, passwordHash);
        await endSignIns(tx, caller.id, 'password_changed', caller.signInId);
        await forgetAttempts(tx, agent.emailIndex);
        return {};
      });
    },
  }),
  openRoute({
    openTo: 'caller',
    method: 'get',
    path: '/v1/me',
    operationId: 'readMe',
    tag,
    summary: 'Says who calls, and what the caller may do',
    answer: {
      description: 'The caller.',
      schema: z
        .object({ kind: z.enum(['api_key', 'agent']), id: uuid, tenantId: z.string(), scopes: z.array(z.enum(scopes)) })
        .openapi('Caller'),
    },
    handle: async (_, { caller }) => ({ body: caller }),
  }),
];
