// The credential: what an integration signs in with elsewhere. The row is the truth; the secrets lie apart, sealed, and come out for a use only.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { type CredentialCommand, secretNames } from './commands.ts';
import { type CredentialEvent, credentialFields, type credentialTypes } from './events.ts';

type CredentialType = (typeof credentialTypes)[number];
type SecretName = (typeof secretNames)[number];

/** A credential's state: of its secrets the names alone. `deletedAt` set: they are destroyed. Times are ISO 8601. */
export type Credential = {
  readonly id: string;
  readonly projectId: string | null;
  readonly credentialType: CredentialType;
  readonly name: string;
  readonly status: 'active' | 'inactive' | 'expired';
  readonly secretNames: readonly SecretName[];
  readonly expiresAt: string | null;
  readonly refreshedAt: string | null;
  readonly lastUsedAt: string | null;
  readonly createdAt: string | null;
  readonly deletedAt: string | null;
};

/** What a credential of each type can't do without. */
const needed: Readonly<Record<CredentialType, readonly SecretName[]>> = {
  api_key: ['apiKey'],
  basic_auth: ['username', 'password'],
  bearer_token: ['token'],
  oauth: ['accessToken'],
};
const usedEveryMs = 60_000;

type DataOf<Type extends CredentialCommand['type']> = Extract<CredentialCommand, { type: Type }>['data'];

export const credential = defineAggregate<Credential, CredentialCommand, CredentialEvent>({
  aggregate: 'credential',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: null,
    credentialType: 'api_key',
    name: '',
    status: 'active',
    secretNames: [],
    expiresAt: null,
    refreshedAt: null,
    lastUsedAt: null,
    createdAt: null,
    deletedAt: null,
  }),
  decide,
  evolve,
});

function decide(command: CredentialCommand, state: Credential): CredentialEvent[] {
  const { at } = command;
  if (command.type === 'credential.create') return create(command.data, at, state);
  if (state.createdAt === null || state.deletedAt !== null)
    throw new DomainError('not_found', 'There is no such credential.');
  const credentialId = state.id;
  switch (command.type) {
    case 'credential.update':
      return update(command.data, at, state);
    case 'credential.refresh_oauth': {
      const { secretNames: names, expiresAt } = command.data;
      if (state.credentialType !== 'oauth')
        throw violated('credential_not_oauth', 'Only OAuth credentials are refreshed: change the secrets instead.');
      if (state.status === 'inactive') throw inactive();
      requireSecrets('oauth', names);
      requireFuture(expiresAt, at);
      return [{ type: 'credential.oauth_refreshed', data: { credentialId, refreshedAt: at, expiresAt } }];
    }
    case 'credential.activate':
      if (state.status === 'active') return [];
      if (isOver(state, at)) throw expired();
      return [{ type: 'credential.activated', data: { credentialId } }];
    case 'credential.deactivate':
      return state.status === 'inactive' ? [] : [{ type: 'credential.deactivated', data: { credentialId } }];
    case 'credential.delete':
      return [{ type: 'credential.deactivated', data: { credentialId } }];
    case 'credential.use': {
      if (state.status === 'inactive') throw inactive();
      if (state.status === 'expired' || isOver(state, at)) throw expired();
      const last = state.lastUsedAt;
      if (last !== null && Date.parse(at) - Date.parse(last) < usedEveryMs) return [];
      return [{ type: 'credential.used', data: { credentialId, usedAt: at } }];
    }
    case 'credential.expire':
      if (state.status !== 'active' || !isOver(state, at)) return [];
      return [{ type: 'credential.expired', data: { credentialId, expiredAt: at } }];
  }
}

function create(
  { projectId: _, secretNames: names, expiresAt, ...data }: DataOf<'credential.create'>,
  at: string,
  state: Credential,
): CredentialEvent[] {
  if (state.createdAt !== null) throw violated('credential_exists', 'A credential with this id exists already.');
  requireSecrets(data.credentialType, names);
  if (expiresAt !== undefined) requireFuture(expiresAt, at);
  return [{ type: 'credential.created', data }];
}

function update(data: DataOf<'credential.update'>, at: string, state: Credential): CredentialEvent[] {
  if (data.secretNames !== undefined) requireSecrets(state.credentialType, data.secretNames);
  if (data.expiresAt) requireFuture(data.expiresAt, at);
  const differs = {
    name: data.name !== undefined && data.name !== state.name,
    expiresAt: data.expiresAt !== undefined && !isSameMoment(data.expiresAt, state.expiresAt),
    // Whether the new ones differ can't be told from their names.
    secrets: data.secretNames !== undefined,
  };
  const changes = credentialFields.filter((field) => differs[field]);
  return changes.length === 0 ? [] : [{ type: 'credential.updated', data: { credentialId: state.id, changes } }];
}

const expired = () =>
  violated('credential_expired', 'The credential has expired: give it new secrets or a later time.');
const inactive = () => violated('credential_inactive', 'The credential is deactivated: activate it first.');
const isOver = ({ expiresAt }: Credential, at: string): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= Date.parse(at);
const isSameMoment = (one: string | null, other: string | null): boolean =>
  one === null || other === null ? one === other : Date.parse(one) === Date.parse(other);

function requireSecrets(type: CredentialType, names: readonly SecretName[]): void {
  const missing = needed[type].filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw violated('credential_incomplete', `A credential of type ${type} needs ${missing.join(' and ')}.`);
}

function requireFuture(expiresAt: string, at: string): void {
  if (Date.parse(expiresAt) <= Date.parse(at))
    throw violated('expiry_in_the_past', 'expiresAt is over already: give a time to come.');
}

function evolve(state: Credential, event: CredentialEvent, command: CredentialCommand): Credential {
  switch (event.type) {
    case 'credential.created': {
      if (command.type !== 'credential.create') return state;
      const { projectId = null, expiresAt = null, secretNames: names } = command.data;
      const { credentialId: id, credentialType, name } = event.data;
      const secrets = ordered(names);
      return { ...state, id, projectId, credentialType, name, secretNames: secrets, expiresAt, createdAt: command.at };
    }
    case 'credential.updated': {
      if (command.type !== 'credential.update') return state;
      const { name = state.name, expiresAt = state.expiresAt, secretNames: names = state.secretNames } = command.data;
      return { ...state, name, expiresAt, secretNames: ordered(names) };
    }
    case 'credential.oauth_refreshed': {
      const { refreshedAt, expiresAt } = event.data;
      const more = command.type === 'credential.refresh_oauth' ? command.data.secretNames : [];
      return {
        ...state,
        status: 'active',
        refreshedAt,
        expiresAt,
        secretNames: ordered([...state.secretNames, ...more]),
      };
    }
    case 'credential.activated':
      return { ...state, status: 'active' };
    case 'credential.deactivated': {
      const gone = command.type === 'credential.delete' ? { deletedAt: command.at, secretNames: [] } : {};
      return { ...state, status: 'inactive', ...gone };
    }
    case 'credential.used':
      return { ...state, lastUsedAt: event.data.usedAt };
    case 'credential.expired':
      return { ...state, status: 'expired' };
  }
}

const ordered = (given: readonly SecretName[]): SecretName[] => secretNames.filter((name) => given.includes(name));
