// A credential as it is read: of its secrets the names alone. They go in and never come out.
import { z } from '@hono/zod-openapi';
import { secretNames } from '../../domain/credential/commands.ts';
import { credentialTypes } from '../../domain/credential/events.ts';
import { moment, sequence, uuid } from './common.ts';

/** What `status` of a credential can be. */
export const credentialStatus = z.enum(['active', 'inactive', 'expired']);
/** What a credential is. */
export const credentialType = z.enum(credentialTypes).openapi({
  description:
    'Needs of the secrets: api_key `apiKey` · basic_auth `username`, `password` · bearer_token `token` · oauth `accessToken`.',
});

/** A credential. */
export const credentialSchema = z
  .object({
    id: uuid,
    projectId: uuid.nullable(),
    credentialType,
    name: z.string(),
    status: credentialStatus,
    secretNames: z.array(z.enum(secretNames)),
    expiresAt: moment.nullable(),
    refreshedAt: moment.nullable(),
    lastUsedAt: moment.nullable().openapi({ description: 'To the minute.' }),
    createdAt: moment,
    sequence,
  })
  .openapi('Credential');

const secret = z.string().min(1).max(8_000).optional();
/** Secrets by their names. */
export const secretsSchema = z
  .strictObject({
    apiKey: secret,
    username: secret,
    password: secret,
    token: secret,
    accessToken: secret,
    refreshToken: secret,
    clientId: secret,
    clientSecret: secret,
  } satisfies Record<(typeof secretNames)[number], z.ZodType>)
  .openapi('CredentialSecrets', { description: 'Stored sealed, never shown again.', writeOnly: true });
