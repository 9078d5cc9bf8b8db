// What can be asked of a credential: one schema per command. Commands know the names of its secrets, never the secrets.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { at, id, label, tenantId } from '../kernel/fields.ts';
import { credentialTypes } from './events.ts';

/** What a secret of a credential can be called. */
export const secretNames = [
  'apiKey',
  'username',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'clientId',
  'clientSecret',
  /** Where an OAuth server gives tokens out. */
  'tokenUrl',
] as const;

const names = z.array(z.enum(secretNames)).max(secretNames.length);

export const credentialCommands = defineCommands({
  'credential.create': z.object({
    credentialId: id,
    tenantId,
    projectId: id.optional(),
    credentialType: z.enum(credentialTypes),
    name: label,
    secretNames: names,
    expiresAt: at.optional(),
  }),
  /** `secretNames`: there are new secrets in the place of all old ones. `expiresAt` null: it does not expire. */
  'credential.update': z.object({
    name: label.optional(),
    secretNames: names.optional(),
    expiresAt: at.nullable().optional(),
  }),
  /** New tokens of an OAuth credential; those that are not named stay. */
  'credential.refresh_oauth': z.object({ secretNames: names, expiresAt: at }),
  'credential.activate': z.object({}),
  'credential.deactivate': z.object({}),
  /** For good: its secrets are destroyed. */
  'credential.delete': z.object({}),
  'credential.use': z.object({}),
  /** Notes that its time is over, if it is. */
  'credential.expire': z.object({}),
});

/** Any command of a credential. */
export type CredentialCommand = CommandsOf<typeof credentialCommands>;
