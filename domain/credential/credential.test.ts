// The credential: complete for its type, used while it is active and in time, refreshed only where OAuth is.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const credentialId = '018f5a10-0000-7000-8000-000000000001';
const about = { credentialId, tenantId: 'demo', name: 'Ads account' };
const [soon, later] = ['2026-01-31T12:30:00.000Z', '2026-01-31T14:00:00.000Z'];
const oauth = (fields: object = {}): Input => ({
  type: 'credential.create',
  data: { ...about, credentialType: 'oauth', secretNames: ['accessToken'], ...fields },
});
const off: Input = { type: 'credential.deactivate', data: {} };
const refresh = { secretNames: ['accessToken', 'refreshToken'], expiresAt: later };

describe('credential', () => {
  it('is made once, with the secrets that its type needs', () => {
    const state = given(aggregates.credential)
      .when('credential.create', oauth().data)
      .thenEvents([{ type: 'credential.created', data: { ...about, credentialType: 'oauth' } }]);
    assert.deepEqual([state.secretNames, state.status, state.projectId], [['accessToken'], 'active', null]);
    given(aggregates.credential, [oauth()]).when('credential.create', oauth().data).thenRefused('credential_exists');
    given(aggregates.credential).when('credential.use').thenRefused('not_found');
    for (const credentialType of ['oauth', 'api_key', 'basic_auth', 'bearer_token'])
      given(aggregates.credential)
        .when('credential.create', { ...about, credentialType, secretNames: ['username', 'clientId'] })
        .thenRefused('credential_incomplete');
    given(aggregates.credential)
      .when('credential.create', oauth({ expiresAt: momentOf(0) }).data)
      .thenRefused('expiry_in_the_past');
  });

  it('says what changed; new secrets always count', () => {
    const one = given(aggregates.credential, [oauth({ expiresAt: soon })]);
    one.when('credential.update', { name: 'Ads account', expiresAt: '2026-01-31T12:30:00Z' }).thenNothing();
    one.when('credential.update', { secretNames: ['clientId'] }).thenRefused('credential_incomplete');
    one.when('credential.update', { expiresAt: '2026-01-31T11:00:00Z' }).thenRefused('expiry_in_the_past');
    const state = one
      .when('credential.update', { name: 'Ads', expiresAt: null, secretNames: ['accessToken'] })
      .thenEvents([{ type: 'credential.updated', data: { credentialId, changes: ['name', 'expiresAt', 'secrets'] } }]);
    assert.deepEqual([state.name, state.expiresAt], ['Ads', null]);
  });

  it('is used while it is active and in time, and tells it once a minute', () => {
    const one = given(aggregates.credential, [oauth({ expiresAt: soon })]);
    const used = one.when('credential.use').thenTypes('credential.used');
    assert.equal(used.lastUsedAt, momentOf(1));
    const again = given(aggregates.credential, [], used);
    again.when('credential.use', {}, '2026-01-31T12:01:59.999Z').thenNothing();
    again.when('credential.use', {}, '2026-01-31T12:02:00.000Z').thenTypes('credential.used');
    one.when('credential.use', {}, soon).thenRefused('credential_expired');
    given(aggregates.credential, [oauth(), off]).when('credential.use').thenRefused('credential_inactive');
  });

  it('expires when its time is over, and not before', () => {
    const one = given(aggregates.credential, [oauth({ expiresAt: soon })]);
    one.when('credential.expire').thenNothing();
    const over = one.when('credential.expire', {}, soon).thenTypes('credential.expired');
    assert.equal(over.status, 'expired');
    const expired = given(aggregates.credential, [], over);
    expired.when('credential.expire', {}, later).thenNothing();
    expired.when('credential.activate', {}, later).thenRefused('credential_expired');
    const extended = expired.when('credential.update', { expiresAt: later }, soon).thenTypes('credential.updated');
    given(aggregates.credential, [], extended)
      .when('credential.activate', {}, soon)
      .thenEvents([{ type: 'credential.activated', data: { credentialId } }]);
    given(aggregates.credential, [oauth()]).when('credential.expire', {}, later).thenNothing();
  });

  it('is refreshed when it is OAuth, also after it expired', () => {
    const over = given(aggregates.credential, [
      oauth({ expiresAt: soon }),
      { type: 'credential.expire', data: {}, at: soon },
    ]);
    const data = { credentialId, refreshedAt: soon, expiresAt: later };
    const state = over
      .when('credential.refresh_oauth', refresh, soon)
      .thenEvents([{ type: 'credential.oauth_refreshed', data }]);
    assert.deepEqual([state.status, state.secretNames], ['active', ['accessToken', 'refreshToken']]);
    const key = oauth({ credentialType: 'api_key', secretNames: ['apiKey'] });
    given(aggregates.credential, [key]).when('credential.refresh_oauth', refresh).thenRefused('credential_not_oauth');
    const inactive = given(aggregates.credential, [oauth(), off]);
    inactive.when('credential.refresh_oauth', refresh).thenRefused('credential_inactive');
    const old = { ...refresh, expiresAt: momentOf(0) };
    given(aggregates.credential, [oauth()]).when('credential.refresh_oauth', old).thenRefused('expiry_in_the_past');
  });

  it('is deactivated and activated, each once', () => {
    const one = given(aggregates.credential, [oauth()]);
    one.when('credential.activate').thenNothing();
    assert.equal(one.when('credential.deactivate').thenTypes('credential.deactivated').status, 'inactive');
    const inactive = given(aggregates.credential, [oauth(), off]);
    inactive.when('credential.deactivate').thenNothing();
    assert.equal(inactive.when('credential.activate').thenTypes('credential.activated').status, 'active');
  });

  it('is deleted for good', () => {
    const gone = given(aggregates.credential, [oauth(), off])
      .when('credential.delete')
      .thenEvents([{ type: 'credential.deactivated', data: { credentialId } }]);
    assert.deepEqual([gone.secretNames, gone.status, gone.deletedAt !== null], [[], 'inactive', true]);
    given(aggregates.credential, [], gone).when('credential.activate').thenRefused('not_found');
    given(aggregates.credential, [], gone).when('credential.delete').thenRefused('not_found');
  });

  it('is never used while it is not active, whatever is asked of it', () => {
    const commands = arbitraryCommands(aggregates.credential, { first: 'credential.create' });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { before, events } of runAll(aggregates.credential, inputs).steps)
          if (events.some(({ type }) => type === 'credential.used')) assert.equal(before.status, 'active');
      }),
      { numRuns: 1000 },
    );
  });
});
