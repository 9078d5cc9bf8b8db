// Which rules fire for an event: evaluated, written down with the reasons, and each that fires gets its run. Once per rule and event.
import { and, eq, inArray } from 'drizzle-orm';
import type { Automation } from '../../domain/automation/automation.ts';
import { type Evaluation, evaluate } from '../../domain/automation/evaluate.ts';
import type { TriggerType } from '../../domain/automation/triggers.ts';
import { derivedId } from '../../platform/clock.ts';
import { aggregates } from '../aggregates.ts';
import { type Cause, type ExecuteDeps, execute } from '../execute.ts';
import { ofTenant } from '../queries/conditions.ts';
import { openRows } from '../queries/read-state.ts';
import { automations } from '../schema/automations.ts';
import { selection } from '../state-store.ts';
import type { Tx } from '../transaction.ts';
import type { KnownSituation } from './situation.ts';

/** The enabled automations that wait for one of the triggers. */
export async function waitingAutomations(
  deps: Pick<ExecuteDeps, 'keysOf'>,
  tx: Tx,
  triggers: readonly TriggerType[],
): Promise<Automation[]> {
  if (triggers.length === 0) return [];
  const { store } = aggregates.automation;
  const waits = and(
    ofTenant(tx, automations),
    eq(automations.enabled, true),
    inArray(automations.triggerType, [...triggers]),
  );
  const rows = await tx.db.select(selection(store)).from(automations).where(waits).orderBy(automations.id);
  return (await openRows(tx, deps.keysOf, store, rows)) as Automation[];
}

/** The id of the run of one rule for one event. */
export function runIdOf(automationId: string, ruleId: string, eventId: string): string {
  return derivedId('automation run', automationId, ruleId, eventId);
}

/** Evaluates an automation for an event, writes down why, and starts the runs of the rules that fire. Gives what came of each. */
export async function fireRules(
  deps: ExecuteDeps,
  tx: Tx,
  automation: Automation,
  situation: KnownSituation,
  cause: Cause,
): Promise<readonly Evaluation[]> {
  const { event, contactId, sessionId, channelId, chain } = situation;
  const now = deps.clock.now();
  const evaluations = evaluate(automation, situation);
  for (const { ruleId, fires, reason, conditions, actions } of evaluations) {
    const runId = fires ? runIdOf(automation.id, ruleId, event.id) : null;
    const { rowCount } = await tx.query(
      `insert into automation_evaluations (tenant_id, automation_id, event_id, rule_id, fires, reason, conditions, run_id, evaluated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
      [tx.tenantId, automation.id, event.id, ruleId, fires, reason, JSON.stringify(conditions), runId, now],
    );
    if (runId === null || rowCount === 0) continue;
    const about = {
      ...(contactId && { contactId }),
      ...(sessionId && { sessionId }),
      ...(channelId && { channelId }),
    };
    const data = {
      runId,
      automationId: automation.id,
      ruleId,
      projectId: automation.projectId,
      ...about,
      triggerType: automation.triggerType,
      triggeringEventId: event.id,
      actions,
      chain,
    };
    await execute(deps, tx, aggregates.automationRun, runId, { type: 'automation_run.start', data }, cause);
  }
  return evaluations;
}

/** One rule as it was evaluated when the event came. */
export type RecordedEvaluation = Pick<Evaluation, 'ruleId' | 'fires' | 'reason' | 'conditions'> & {
  readonly runId: string | null;
  readonly evaluatedAt: Date;
};

/** What was written down of an automation and an event. */
export async function recordedEvaluations(
  tx: Tx,
  automationId: string,
  eventId: string,
): Promise<RecordedEvaluation[]> {
  const { rows } = await tx.query<RecordedEvaluation>(
    `select rule_id as "ruleId", fires, reason, conditions, run_id as "runId", evaluated_at as "evaluatedAt"
     from automation_evaluations where tenant_id = $1 and automation_id = $2 and event_id = $3`,
    [tx.tenantId, automationId, eventId],
  );
  return rows;
}
