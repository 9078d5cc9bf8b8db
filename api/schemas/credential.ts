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

/** A refresh of an OAuth credential. */
export const refreshSchema = z
  .object({
    id: uuid.openapi({ description: 'Also the correlation id of its saga.' }),
    requestedAt: moment,
    attempts: z.number().int().min(0),
    endedAt: moment.nullable(),
    outcome: z.string().nullable().openapi({
      description:
        '`refreshed`, or why not: `invalid_grant` means that somebody has to sign in again. Null: it is under way.',
    }),
  })
  .openapi('CredentialRefresh');

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
    tokenUrl: z.url('must be an address like https://example.com/token').max(2_000).optional(),
  } satisfies Record<(typeof secretNames)[number], z.ZodType>)
  .openapi('CredentialSecrets', {
    description:
      'Stored sealed, never shown again. An oauth credential with `refreshToken`, `tokenUrl` and `clientId` (and `clientSecret`, unless it is a public client) is refreshed by itself before `expiresAt`.',
    writeOnly: true,
  });
