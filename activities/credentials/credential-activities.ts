// The activities that tend credentials: those whose time is over say so, and OAuth ones are refreshed at their server before it is. Tokens go from the server
// into the sealed rows and nowhere else.
import { aggregates } from '../../db/aggregates.ts';
import {
  type DueRefresh,
  endRefresh,
  findOverdue,
  noteRefreshAttempt,
  requestDueRefreshes,
} from '../../db/credential-refreshes.ts';
import { mergeSecrets, readSecrets } from '../../db/credential-secrets.ts';
import type { Database } from '../../db/deps.ts';
import { execute, load } from '../../db/execute.ts';
import { inSystem, inTenantRetrying } from '../../db/transaction.ts';
import { DomainError, violated } from '../../domain/kernel/errors.ts';
import { addMilliseconds } from '../../domain/kernel/time.ts';
import type { RefreshAnswer, RefreshRequest, TokenClient } from '../../integrations/oauth/token-client.ts';
import { derivedId } from '../../platform/clock.ts';
import type { RefreshCredentialInput } from '../../workflows/names.ts';
import type { SagaOutcome } from '../../workflows/saga.ts';
import { type SagaListener, writeSaga } from '../saga-activities.ts';
import { enterSaga, requireSaga, runStep, stepCause, tooLate } from '../saga-steps.ts';

/** So many are tended in one look, over all tenants. */
const atOnce = 100;

/** The activities' types, for the workflows. */
export type CredentialActivities = ReturnType<typeof createCredentialActivities>;

type Deps = { readonly database: Database; readonly refreshTokens: TokenClient; readonly onSaga: SagaListener };

/** Makes them. */
export function createCredentialActivities({ database, refreshTokens, onSaga }: Deps) {
  return {
    /** Has those say so whose time is over; gives how many there were. */
    async expireCredentials(): Promise<number> {
      const overdue = await inSystem(database.systemPool, (tx) => findOverdue(tx, atOnce));
      for (const { tenantId, credentialId } of overdue) {
        const cause = derivedId('credential expiry', credentialId);
        await inTenantRetrying(database.pool, tenantId, (tx) =>
          execute(
            database,
            tx,
            aggregates.credential,
            credentialId,
            { type: 'credential.expire', data: {} },
            { causationId: cause, correlationId: cause },
            { lock: true },
          ),
        );
      }
      return overdue.length;
    },
    /** Asks for the refreshes that are due; gives those to begin. */
    findDueRefreshes: (): Promise<readonly DueRefresh[]> =>
      inSystem(database.systemPool, (tx) =>
        requestDueRefreshes(tx, { limit: atOnce, newId: () => database.ids.next() }),
      ),
    /** Opens the saga's row. */
    async openRefresh({ credentialId }: RefreshCredentialInput): Promise<void> {
      await runStep(database, async ({ tx, saga }) => {
        await tx.query(
          'update sagas set subject_ids = subject_ids || $3::jsonb where tenant_id = $1 and correlation_id = $2',
          [tx.tenantId, saga.correlationId, JSON.stringify({ credentialId })],
        );
        return {};
      });
    },
    /**
     * Asks the server for new tokens and stores them in one commit, which completes the saga. Throws DomainError: unavailable for what may pass,
     * rule_violated for what the server refuses. A server that rotates its tokens, and whose answer is lost, refuses the next try.
     */
    async refreshCredential(input: RefreshCredentialInput): Promise<void> {
      const { tenantId, credentialId, refreshId } = input;
      const saga = requireSaga();
      const request = await inTenantRetrying(database.pool, tenantId, async (tx) => {
        if (!(await enterSaga(tx, saga)).isOpen) throw tooLate(saga);
        await noteRefreshAttempt(tx, refreshId);
        const { state, exists } = await load(database, tx, aggregates.credential, credentialId);
        if (!exists || state.deletedAt !== null) throw new DomainError('not_found', 'The credential was deleted.');
        if (state.status === 'inactive') throw violated('credential_inactive', 'The credential is deactivated.');
        return toRequest(await readSecrets(tx, database.keysOf, credentialId));
      });
      const answer = await refreshTokens(request);
      if (answer.outcome === 'unavailable') throw new DomainError('unavailable', `The token server: ${answer.reason}.`);
      if (answer.outcome === 'refused') throw violated(answer.reason, `The token server refused: ${answer.reason}.`);
      await store(input, request, answer);
    },
    /** It was not refreshed: why stands in its row, and the credential goes on until its time is over. */
    async settleRefresh(
      { tenantId, refreshId }: RefreshCredentialInput,
      { state, reason }: SagaOutcome,
    ): Promise<void> {
      const saga = requireSaga();
      await inTenantRetrying(database.pool, tenantId, async (tx) => {
        await endRefresh(tx, refreshId, reason);
        if (await writeSaga(tx, saga, { state, reason })) tx.onCommit(() => onSaga(saga, state, reason));
      });
    },
  };

  async function store(
    { tenantId, credentialId, refreshId }: RefreshCredentialInput,
    { refreshToken: used }: RefreshRequest,
    { accessToken, refreshToken, expiresInSeconds }: Extract<RefreshAnswer, { outcome: 'refreshed' }>,
  ): Promise<void> {
    const saga = requireSaga();
    await inTenantRetrying(database.pool, tenantId, async (tx) => {
      // Whoever gave it new secrets meanwhile knows better.
      const isSame = (await readSecrets(tx, database.keysOf, credentialId)).refreshToken === used;
      if (!isSame) throw violated('secrets_changed', 'Somebody gave the credential new secrets meanwhile.');
      const secrets = { accessToken, ...(refreshToken !== undefined && { refreshToken }) };
      const expiresAt = addMilliseconds(database.clock.now().toISOString(), expiresInSeconds * 1_000);
      const data = { secretNames: Object.keys(secrets), expiresAt };
      const command = { type: 'credential.refresh_oauth', data } as const;
      await execute(database, tx, aggregates.credential, credentialId, command, stepCause(saga), { lock: true });
      await mergeSecrets(tx, database.keysOf, credentialId, secrets);
      await endRefresh(tx, refreshId, 'refreshed');
      await writeSaga(tx, saga, { state: 'completed', subjectIds: { credentialId } });
      tx.onCommit(() => onSaga(saga, 'completed', null));
    });
  }
}

function toRequest({
  tokenUrl,
  clientId,
  clientSecret,
  refreshToken,
}: Awaited<ReturnType<typeof readSecrets>>): RefreshRequest {
  if (tokenUrl === undefined || clientId === undefined || refreshToken === undefined)
    throw violated('not_refreshable', 'The credential has no refreshToken, tokenUrl or clientId any more.');
  return { tokenUrl, clientId, clientSecret, refreshToken };
}
