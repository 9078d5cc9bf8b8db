// The credential's table. Its secrets lie apart, in credential_secrets.
import type { Credential } from '../../domain/credential/credential.ts';
import { credentials } from '../schema/credentials.ts';
import { defineStore } from '../state-store.ts';

export const credentialStore = defineStore<Credential>({
  table: credentials,
  columns: {
    id: 'plain',
    projectId: 'plain',
    credentialType: 'plain',
    name: 'plain',
    status: 'plain',
    secretNames: 'json',
    expiresAt: 'time',
    refreshedAt: 'time',
    lastUsedAt: 'time',
    createdAt: 'time',
    deletedAt: 'time',
  },
  subject: (state) => state.id,
  erased: {},
});
