// An agent as it is read, and what signing in gives and takes.
import { z } from '@hono/zod-openapi';
import { agentTypes } from '../../domain/agent/events.ts';
import { agentRoles, permissions } from '../../domain/agent/permissions.ts';
import { passwordLength } from '../passwords.ts';
import { erased, moment, sequence, uuid } from './common.ts';

/** What an agent may do. */
export const permission = z.enum(permissions).openapi({ description: 'A scope of the API.' });
/** What `status` of an agent can be. */
export const agentStatus = z.enum(['active', 'inactive']);

/** An agent. */
export const agentSchema = z
  .object({
    id: uuid,
    projectId: uuid,
    name: z.string().nullable(),
    email: z.string().nullable(),
    type: z.enum(agentTypes),
    role: z.enum(agentRoles).openapi({ description: 'A title: what the agent may do is in `permissions`.' }),
    status: agentStatus,
    permissions: z.array(permission),
    lastLoginAt: moment.nullable(),
    createdAt: moment,
    sequence,
    erased,
  })
  .openapi('Agent');

/** A token that is shown once. */
export const issuedTokenSchema = z
  .object({ token: z.string().openapi({ description: 'Shown this once; works once.' }), expiresAt: moment })
  .openapi('OneTimeToken');

/** An agent that was just made. */
export const createdAgentSchema = agentSchema
  .extend({
    // A union, because a registered schema that is made nullable with a description is no null in the document.
    passwordToken: z.union([issuedTokenSchema, z.null()]).openapi({
      description: 'For `POST /v1/set-password`; null for agents that do not sign in.',
    }),
  })
  .openapi('CreatedAgent');

const bounds = `${passwordLength.least} to ${passwordLength.most} characters`;
/** A password to be set. */
export const newPassword = z
  .string()
  .min(passwordLength.least, `must have ${bounds}`)
  .max(passwordLength.most, `must have ${bounds}`)
  .openapi({ description: `${bounds}; no kinds of characters are asked for.`, writeOnly: true });
/** A password to be checked. */
export const knownPassword = z.string().min(1).max(passwordLength.most).openapi({ writeOnly: true });
/** A token that somebody was given. */
export const givenToken = z.string().min(1).max(200).openapi({ writeOnly: true });

/** What signing in gives. */
export const signInSchema = z
  .object({
    token: z.string().openapi({ description: 'For `Authorization: Bearer …`.' }),
    tokenExpiresAt: moment,
    refreshToken: z.string().openapi({ description: 'For `POST /v1/sign-in/refresh`; works once.' }),
    expiresAt: moment.openapi({ description: 'After this the password is needed again.' }),
  })
  .openapi('SignIn');
