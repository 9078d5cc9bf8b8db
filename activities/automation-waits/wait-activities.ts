// The activities of a waiting automation's workflow: one commit that looks where the waiting stands and, when it is over, has the rules evaluated as for any
// event. Run as often as one likes: the rows are the truth, so that hints may be lost, doubled or late.
import { aggregates } from '../../db/aggregates.ts';
import { fireRules } from '../../db/automations/evaluations.ts';
import { readWaiting } from '../../db/automations/read-waiting.ts';
import { endWait, findWait, keepWaiting, waitIdOf } from '../../db/automations/waits.ts';
import type { Database } from '../../db/deps.ts';
import { load } from '../../db/execute.ts';
import { inTenantRetrying, type Tx } from '../../db/transaction.ts';
import { mayFire } from '../../domain/automation/evaluate.ts';
import { beginsWait } from '../../domain/automation/triggers.ts';
import { dueAt, waitEnd } from '../../domain/automation/wait.ts';
import { runInSaga, type SagaContext } from '../../platform/saga-context.ts';
import type { AutomationWaitInput } from '../../workflows/names.ts';
import type { SagaOutcome } from '../../workflows/saga.ts';
import { type SagaListener, writeSaga } from '../saga-activities.ts';
import { enterSaga, requireSaga, tooLate } from '../saga-steps.ts';

/** How it stands: when to look again, in milliseconds from now; null: it is over. */
export type TendedWait = { readonly dueInMs: number | null };

/** The activities' types, for the workflow. */
export type WaitActivities = ReturnType<typeof createWaitActivities>;

/** Makes them. */
export function createWaitActivities(database: Database, onSaga: SagaListener) {
  return {
    /** Looks after the waiting. */
    async tendAutomationWait(input: AutomationWaitInput): Promise<TendedWait> {
      const saga = requireSaga();
      return inTenantRetrying(database.pool, input.tenantId, async (tx) => {
        const { isOpen } = await enterSaga(tx, saga);
        const id = waitIdOf(input.automationId, input.eventId);
        const row = await findWait(tx, id);
        if (row?.endedAt) return { dueInMs: null };
        if (!isOpen) throw tooLate(saga);
        return tend({ database, tx, saga, onSaga }, input, row);
      });
    },
    /** The waiting was given up: by an operator, or because it could not be looked after. Nothing fires. */
    async giveUpAutomationWait(
      { tenantId, automationId, eventId }: AutomationWaitInput,
      { state, reason }: SagaOutcome,
    ): Promise<void> {
      const saga = requireSaga();
      await inTenantRetrying(database.pool, tenantId, async (tx) => {
        await endWait(tx, waitIdOf(automationId, eventId), reason, database.clock.now());
        if (await writeSaga(tx, saga, { state, reason })) tx.onCommit(() => onSaga(saga, state, reason));
      });
    },
  };
}

type Work = {
  readonly database: Database;
  readonly tx: Tx;
  readonly saga: SagaContext;
  readonly onSaga: SagaListener;
};

async function tend(
  { database, tx, saga, onSaga }: Work,
  { automationId, eventId }: AutomationWaitInput,
  row: Awaited<ReturnType<typeof findWait>>,
): Promise<TendedWait> {
  const id = waitIdOf(automationId, eventId);
  const now = database.clock.now();
  const end = async (outcome: string, subjects: Readonly<Record<string, string | null>> = {}) => {
    await endWait(tx, id, outcome, now);
    await writeSaga(tx, saga, {
      state: 'completed',
      reason: outcome,
      subjectIds: { automationId, ...subjects },
    });
    tx.onCommit(() => onSaga(saga, 'completed', outcome));
    return { dueInMs: null };
  };
  const { state: automation, exists } = await load(database, tx, aggregates.automation, automationId);
  const waiting = exists ? await readWaiting(database, tx, automation, eventId, row) : undefined;
  if (!waiting) return end('gone');
  const { situation, standing } = waiting;
  // Its trigger is another one by now, which the event may set off at once: that was for its moment.
  if (!beginsWait(automation.trigger, situation.event)) return end('other_trigger');
  const { contactId, sessionId, channelId } = situation;
  const due = dueAt(automation, standing.beganAt);
  const isOver = Date.parse(due) <= now.getTime();
  const time = waitEnd(automation, standing) ?? (isOver ? 'over' : undefined);
  const isHopeless = !mayFire(automation, situation);
  const subject = { id, automationId, eventId, contactId, sessionId, channelId, beganAt: standing.beganAt, dueAt: due };
  const statusId = standing.statusAtBegin;
  const isFirst = row === undefined;
  if (!isFirst || !isHopeless) await keepWaiting(tx, { ...subject, statusId, trigger: automation.trigger });
  if (time === undefined && !isHopeless) return { dueInMs: Date.parse(due) - now.getTime() };
  const cause = { causationId: eventId, correlationId: saga.correlationId };
  const evaluations = await runInSaga({ ...saga, sagaStep: 'fire' }, () =>
    fireRules(
      database,
      tx,
      automation,
      { ...situation, time: (isFirst && isHopeless ? undefined : time) ?? 'over' },
      cause,
    ),
  );
  const outcome = evaluations.some(({ fires }) => fires) ? 'fired' : (evaluations[0]?.reason ?? 'no_rules');
  return end(outcome, { contactId, sessionId });
}
