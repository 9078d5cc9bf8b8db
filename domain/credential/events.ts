// The events of a credential. Its secrets are in none of them.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label, tenantId } from '../kernel/fields.ts';

/** What a credential is. */
export const credentialTypes = ['api_key', 'basic_auth', 'bearer_token', 'oauth'] as const;
/** What of a credential can change; `secrets` says that there are new ones, never which. */
export const credentialFields = ['name', 'expiresAt', 'secrets'] as const;

const credentialId = id;
const someCredential = '018f5a10-0000-7000-8000-00000000000f';
const someTime = '2026-01-31T12:00:00.000Z';

export const credentialEvents = defineEvents('credential', {
  'credential.created': event({
    version: 1,
    summary:
      'What an integration signs in with elsewhere was stored; its secrets are kept apart and never shown again.',
    data: z.object({ credentialId, tenantId, credentialType: z.enum(credentialTypes), name: label }),
    webhooks: [],
    example: { credentialId: someCredential, tenantId: 'demo', credentialType: 'oauth', name: 'Ads account' },
  }),
  'credential.updated': event({
    version: 1,
    summary: 'The named parts of a credential changed.',
    data: z.object({ credentialId, changes: z.array(z.enum(credentialFields)).min(1) }),
    webhooks: [],
    example: { credentialId: someCredential, changes: ['secrets'] },
  }),
  'credential.oauth_refreshed': event({
    version: 1,
    summary: 'An OAuth credential has a new access token.',
    data: z.object({ credentialId, refreshedAt: at, expiresAt: at }),
    webhooks: [],
    example: { credentialId: someCredential, refreshedAt: someTime, expiresAt: '2026-01-31T13:00:00.000Z' },
  }),
  'credential.activated': event({
    version: 1,
    summary: 'A credential may be used again.',
    data: z.object({ credentialId }),
    webhooks: [],
    example: { credentialId: someCredential },
  }),
  'credential.deactivated': event({
    version: 1,
    summary: 'A credential may be used no more: it was switched off, or deleted.',
    data: z.object({ credentialId }),
    webhooks: ['credential.deactivated'],
    example: { credentialId: someCredential },
  }),
  'credential.used': event({
    version: 1,
    summary: 'An integration used a credential; told at most once a minute.',
    data: z.object({ credentialId, usedAt: at }),
    webhooks: [],
    example: { credentialId: someCredential, usedAt: someTime },
  }),
  'credential.expired': event({
    version: 1,
    summary: 'The time of a credential is over: it needs new secrets.',
    data: z.object({ credentialId, expiredAt: at }),
    webhooks: ['credential.expired'],
    example: { credentialId: someCredential, expiredAt: someTime },
  }),
});

/** Any event of a credential. */
export type CredentialEvent = EventsOf<typeof credentialEvents>;
