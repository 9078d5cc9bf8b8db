// A rule's run: one rule, one event, its actions. The row is the truth.
import type { Action } from '../automation/actions.ts';
import { maxChain } from '../automation/evaluate.ts';
import type { TriggerType } from '../automation/triggers.ts';
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { AutomationRunCommand } from './commands.ts';
import type { AutomationRunEvent } from './events.ts';

/** A run's state; `chain` names the rules whose actions led to its event, the latest first. */
export type AutomationRun = {
  readonly id: string;
  readonly projectId: string;
  readonly automationId: string;
  readonly ruleId: string;
  readonly contactId: string | null;
  readonly sessionId: string | null;
  readonly channelId: string | null;
  readonly triggerType: TriggerType;
  readonly triggeringEventId: string;
  readonly status: 'triggered' | 'executed' | 'failed';
  readonly actions: readonly Action[];
  readonly chain: readonly string[];
  readonly failedAction: string | null;
  readonly failureReason: string | null;
  readonly executedAt: string | null;
  readonly failedAt: string | null;
  readonly createdAt: string | null;
};

export const automationRun = defineAggregate<AutomationRun, AutomationRunCommand, AutomationRunEvent>({
  aggregate: 'automation_run',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    automationId: '',
    ruleId: '',
    contactId: null,
    sessionId: null,
    channelId: null,
    triggerType: 'message.received',
    triggeringEventId: '',
    status: 'triggered',
    actions: [],
    chain: [],
    failedAction: null,
    failureReason: null,
    executedAt: null,
    failedAt: null,
    createdAt: null,
  }),
  decide,
  evolve,
});

function decide(command: AutomationRunCommand, state: AutomationRun): AutomationRunEvent[] {
  if (command.type === 'automation_run.start') return start(command.data, state);
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such run.');
  const { ruleId, automationId, contactId, sessionId, status } = state;
  const outcome = command.type === 'automation_run.complete' ? 'executed' : 'failed';
  if (status === outcome) return [];
  if (status !== 'triggered') throw violated('run_finished', `The run has ${status} already.`);
  const of = { ruleId, automationId, ...(contactId && { contactId }), ...(sessionId && { sessionId }) };
  if (command.type === 'automation_run.complete')
    return [
      { type: 'automation_rule.executed', data: { ...of, actionsCount: state.actions.length, executedAt: command.at } },
    ];
  return [{ type: 'automation_rule.failed', data: { ...of, ...command.data, failedAt: command.at } }];
}

type Start = Extract<AutomationRunCommand, { type: 'automation_run.start' }>['data'];

function start(data: Start, state: AutomationRun): AutomationRunEvent[] {
  // The id is made of rule and event: the event has been seen before.
  if (state.createdAt !== null) return [];
  const { ruleId, automationId, contactId, sessionId, triggerType, triggeringEventId, chain } = data;
  if (chain.includes(ruleId)) throw violated('caused_by_itself', 'The rule itself led to this event.');
  if (chain.length >= maxChain) throw violated('chain_too_deep', 'Too many rules have set each other off.');
  const of = { ruleId, automationId, ...(contactId && { contactId }), ...(sessionId && { sessionId }) };
  return [{ type: 'automation_rule.triggered', data: { ...of, triggerType, triggeringEventId, context: { chain } } }];
}

function evolve(state: AutomationRun, event: AutomationRunEvent, command: AutomationRunCommand): AutomationRun {
  switch (event.type) {
    case 'automation_rule.triggered': {
      if (command.type !== 'automation_run.start') return state;
      const { runId, contactId = null, sessionId = null, channelId = null, ...data } = command.data;
      return { ...state, id: runId, ...data, contactId, sessionId, channelId, createdAt: command.at };
    }
    case 'automation_rule.executed':
      return { ...state, status: 'executed', executedAt: event.data.executedAt };
    case 'automation_rule.failed': {
      const { action, reason, failedAt } = event.data;
      return { ...state, status: 'failed', failedAction: action, failureReason: reason, failedAt };
    }
  }
}
