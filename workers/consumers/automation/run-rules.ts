// The handler of automation_consumer: events set rules off, and what was set off is carried out, each in one transaction with its claim.
import { aggregates } from '../../../db/aggregates.ts';
import { fireRules, waitingAutomations } from '../../../db/automations/evaluations.ts';
import { situationOf } from '../../../db/automations/situation.ts';
import { execute, load } from '../../../db/execute.ts';
import { withoutSilent } from '../../../db/loud-imports.ts';
import type { Tx } from '../../../db/transaction.ts';
import type { Action } from '../../../domain/automation/actions.ts';
import { triggersOf } from '../../../domain/automation/triggers.ts';
import type { AutomationRun } from '../../../domain/automation-run/automation-run.ts';
import { DomainError } from '../../../domain/kernel/errors.ts';
import type { DeliveredEvent, HandleAll } from '../consumer.ts';
import type { ActionDeps } from './action-work.ts';
import { carryOutAction } from './carry-out-action.ts';

/** Makes the handler. */
export function createRunRules(deps: ActionDeps): HandleAll {
  return async (delivered, tx) => {
    const events = await withoutSilent(tx, delivered, 'automations');
    const triggers = [...new Set(events.flatMap(triggersOf))];
    const waiting = await waitingAutomations(deps, tx, triggers);
    for (const event of events) {
      if (event.type === 'automation_rule.triggered') await carryOut(deps, tx, event);
      const meant = triggersOf(event);
      const automations = waiting.filter(({ triggerType }) => meant.includes(triggerType));
      if (automations.length === 0) continue;
      const situation = await situationOf(deps, tx, event);
      for (const automation of automations) await fireRules(deps, tx, automation, situation, causeOf(event, event.id));
    }
  };
}

const causeOf = (event: DeliveredEvent, causationId: string) => ({
  causationId,
  correlationId: event.correlationId,
  ...(event.traceparent !== null && { traceparent: event.traceparent }),
});

/** The actions in their order, each at most once; the first that is refused ends the run. */
async function carryOut(deps: ActionDeps, tx: Tx, event: DeliveredEvent): Promise<void> {
  const { state: run, exists } = await load(deps, tx, aggregates.automationRun, event.aggregateId, true);
  if (!exists || run.status !== 'triggered') return;
  const cause = causeOf(event, run.id);
  for (const [position, action] of run.actions.entries()) {
    const refusal = await onceEach(tx, run, position, action, () =>
      carryOutAction({ deps, tx, run, cause, position }, action),
    );
    if (refusal === undefined) continue;
    const data = { action: action.type, reason: refusal };
    await execute(deps, tx, aggregates.automationRun, run.id, { type: 'automation_run.fail', data }, cause);
    return;
  }
  await execute(deps, tx, aggregates.automationRun, run.id, { type: 'automation_run.complete', data: {} }, cause);
}

/** Why the action was refused; undefined: it is done, now or before. What it had begun is taken back. */
async function onceEach(
  tx: Tx,
  run: AutomationRun,
  position: number,
  action: Action,
  work: () => Promise<void>,
): Promise<string | undefined> {
  await tx.query('savepoint action');
  const { rowCount } = await tx.query(
    'insert into automation_run_actions (tenant_id, run_id, position, action_type) values ($1, $2, $3, $4) on conflict do nothing',
    [tx.tenantId, run.id, position, action.type],
  );
  if (rowCount === 0) return undefined;
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError) || !['rule_violated', 'not_found', 'validation_failed'].includes(error.code))
      throw error;
    await tx.query('rollback to savepoint action');
    return `${error.rule ?? error.code}: ${error.message}`.slice(0, 1000);
  }
}
