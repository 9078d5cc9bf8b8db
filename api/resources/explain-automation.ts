// Why the rules of an automation fired or not for an event: as it was written down, or as it would be decided now.
import { recordedEvaluations } from '../../db/automations/evaluations.ts';
import { loggedEvent, situationOf } from '../../db/automations/situation.ts';
import { waitsUntil } from '../../db/automations/waits.ts';
import type { ExecuteDeps } from '../../db/execute.ts';
import { findLogEvents } from '../../db/log-events.ts';
import type { Tx } from '../../db/transaction.ts';
import type { Automation } from '../../domain/automation/automation.ts';
import { type Evaluation, evaluate, reasons } from '../../domain/automation/evaluate.ts';
import { found } from '../define-route.ts';

/** Explains. Throws not_found for an event that is not in the log. */
export async function explainAutomation(
  deps: Pick<ExecuteDeps, 'keysOf'>,
  tx: Tx,
  automation: Automation,
  eventId: string,
) {
  const nameOf = (ruleId: string) => automation.rules.find((rule) => rule.ruleId === ruleId)?.name ?? null;
  const told = (
    { ruleId, fires, reason, conditions }: Omit<Evaluation, 'ruleName' | 'actions'>,
    runId: string | null,
  ) => ({
    ruleId,
    ruleName: nameOf(ruleId),
    fires,
    reason,
    explanation: reasons[reason],
    conditions,
    runId,
  });
  const about = {
    automationId: automation.id,
    eventId,
    waitsUntil: await waitsUntil(tx, automation.id, eventId),
  };
  const recorded = await recordedEvaluations(tx, automation.id, eventId);
  if (recorded.length > 0) return { ...about, recorded: true, rules: recorded.map((one) => told(one, one.runId)) };
  const event = found((await findLogEvents(tx, [eventId]))[0], 'event');
  const situation = await situationOf(deps, tx, loggedEvent(event));
  return { ...about, recorded: false, rules: evaluate(automation, situation).map((one) => told(one, null)) };
}
