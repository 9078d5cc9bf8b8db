// The activities of a contact list's recalculation: pages of changes, each one commit, and taking them back. Long ones beat with the place they have reached.
import { Context } from '@temporalio/activity';
import { aggregates } from '../../db/aggregates.ts';
import { completeRecalculation, countDifferences, requireDynamic } from '../../db/contact-list-members.ts';
import {
  changePage,
  endListRun,
  type ListRun,
  noteListRunSize,
  requestDueListRuns,
  revertPage,
} from '../../db/contact-list-runs.ts';
import type { Database } from '../../db/deps.ts';
import { load } from '../../db/execute.ts';
import { inSystem, inTenant, inTenantRetrying, type Tx } from '../../db/transaction.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { RecalculateContactListInput } from '../../workflows/names.ts';
import type { SagaOutcome } from '../../workflows/saga.ts';
import { type SagaListener, writeSaga } from '../saga-activities.ts';
import { enterSaga, requireSaga, runStep, stepCause, tooLate } from '../saga-steps.ts';

/** Lists are recalculated so long after their last recalculation. */
export const recalculateEveryMinutes = 60;
/** So many lists are begun a minute at most, over all tenants. */
const listsAtOnce = 50;

/** The activities' types, for the workflows. */
export type RecalculationActivities = ReturnType<typeof createRecalculationActivities>;

/** Makes them. */
export function createRecalculationActivities(database: Database, onSaga: SagaListener) {
  const lockedList = async (tx: Tx, listId: string) => {
    const loaded = await load(database, tx, aggregates.contactList, listId, true);
    if (!loaded.exists) throw new DomainError('not_found', 'There is no such contact list.');
    return loaded;
  };
  const presentList = async (tx: Tx, listId: string) => {
    const loaded = await lockedList(tx, listId);
    if (loaded.state.deletedAt !== null) throw new DomainError('not_found', 'The contact list was deleted.');
    return loaded;
  };
  const inRun = <T>({ tenantId }: ListRun, work: (tx: Tx) => Promise<T>) =>
    inTenantRetrying(database.pool, tenantId, async (tx) => {
      // Its saga may be sealed, or over: then a page that comes late takes no effect.
      const saga = requireSaga();
      if (!(await enterSaga(tx, saga)).isOpen) throw tooLate(saga);
      return work(tx);
    });

  return {
    /** Asks for the recalculations that are due, of all tenants; gives those to start. */
    requestDueRecalculations: (): Promise<readonly ListRun[]> =>
      inSystem(database.systemPool, (tx) =>
        requestDueListRuns(tx, {
          everyMinutes: recalculateEveryMinutes,
          limit: listsAtOnce,
          newId: () => database.ids.next(),
        }),
      ),
    /** Opens the saga; throws when there is nothing to recalculate. */
    async openRecalculation({ listId }: RecalculateContactListInput): Promise<void> {
      await runStep(database, async ({ tx, saga }) => {
        await tx.query(
          'update sagas set subject_ids = subject_ids || $3::jsonb where tenant_id = $1 and correlation_id = $2',
          [tx.tenantId, saga.correlationId, JSON.stringify({ listId })],
        );
        requireDynamic((await presentList(tx, listId)).state);
        return {};
      });
    },
    /** Has contacts come and go, page by page, until all who fit are in the list and nobody else; the last commit says so, and completes the saga. */
    async changeContactList(input: RecalculateContactListInput): Promise<void> {
      const { listId, runId } = input;
      const saga = requireSaga();
      const cause = stepCause(saga);
      const context = Context.current();
      // The measure of the progress; others may write in the list meanwhile, so nothing is held for it.
      const toChange = await inTenant(database.pool, input.tenantId, async (tx) =>
        countDifferences(database, tx, (await load(database, tx, aggregates.contactList, listId)).state),
      );
      await inRun(input, (tx) => noteListRunSize(tx, runId, toChange));
      let after = (context.info.heartbeatDetails as string | null | undefined) ?? null;
      for (;;) {
        context.heartbeat(after);
        if (context.cancellationSignal.aborted) await context.cancelled;
        const from = after;
        const { next, isDone } = await inRun(input, async (tx) => {
          const loaded = await presentList(tx, listId);
          const page = await changePage(database, tx, loaded.state, { runId, after: from }, cause);
          // Only a look from the beginning that finds nothing tells that all is done: contacts change meanwhile.
          if (page.changed > 0 || from !== null) return { next: page.next, isDone: false };
          await completeRecalculation(database, tx, loaded, cause);
          await endListRun(tx, runId, 'completed');
          await writeSaga(tx, saga, { state: 'completed', subjectIds: { listId } });
          tx.onCommit(() => onSaga(saga, 'completed', null));
          return { next: null, isDone: true };
        });
        if (isDone) return;
        after = next;
      }
    },
    /** Takes back what it has changed. */
    async revertContactList(input: RecalculateContactListInput): Promise<void> {
      const { listId, runId } = input;
      const cause = stepCause(requireSaga());
      const context = Context.current();
      for (let isLeft = true; isLeft; ) {
        context.heartbeat();
        isLeft = await inRun(input, async (tx) => {
          const { state } = await lockedList(tx, listId);
          return revertPage(database, tx, state, runId, cause);
        });
      }
    },
    /** It did not come to its end: the list's contacts are those from before. */
    async settleRecalculation(
      { tenantId, runId }: RecalculateContactListInput,
      { state, reason }: SagaOutcome,
    ): Promise<void> {
      const saga = requireSaga();
      await inTenantRetrying(database.pool, tenantId, async (tx) => {
        await endListRun(tx, runId, reason);
        if (await writeSaga(tx, saga, { state, reason })) tx.onCommit(() => onSaga(saga, state, reason));
      });
    },
  };
}
