// The automation: a pipeline's rules for one trigger, enabled or not. The row is the truth: rules change without an event.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { requireSendable } from '../outreach/message.ts';
import type { Action } from './actions.ts';
import type { AutomationCommand, Rule } from './commands.ts';
import type { AutomationEvent } from './events.ts';
import type { Trigger, TriggerType } from './triggers.ts';

/** An automation's state; `triggerType` is the trigger's, by which it is found. */
export type Automation = {
  readonly id: string;
  readonly projectId: string;
  readonly pipelineId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly triggerType: TriggerType;
  readonly trigger: Trigger;
  readonly rules: readonly Rule[];
  readonly enabledAt: string | null;
  readonly disabledAt: string | null;
  readonly createdAt: string | null;
};

export const automation = defineAggregate<Automation, AutomationCommand, AutomationEvent>({
  aggregate: 'automation',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    pipelineId: '',
    name: '',
    enabled: false,
    triggerType: 'message.received',
    trigger: { type: 'message.received' },
    rules: [],
    enabledAt: null,
    disabledAt: null,
    createdAt: null,
  }),
  decide,
  settle,
  evolve,
});

function decide(command: AutomationCommand, state: Automation): AutomationEvent[] {
  if (command.type === 'automation.create') {
    if (state.createdAt !== null) throw violated('automation_exists', 'An automation with this id exists already.');
    const { automationId, pipelineId, name, trigger } = command.data;
    return [{ type: 'automation.created', data: { automationId, pipelineId, name, trigger: trigger.type } }];
  }
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such automation.');
  switch (command.type) {
    case 'automation.update':
      if (state.enabled && command.data.rules) requireRunnable(command.data.rules);
      return [];
    case 'automation.enable':
      if (state.enabled) return [];
      requireRunnable(state.rules);
      return [{ type: 'automation.enabled', data: { automationId: state.id } }];
    case 'automation.disable':
      return state.enabled ? [{ type: 'automation.disabled', data: { automationId: state.id } }] : [];
  }
}

function requireRunnable(rules: readonly Rule[]): void {
  if (rules.length === 0) throw violated('automation_without_rules', 'The automation has no rule: give it one first.');
  for (const { actions } of rules) for (const one of actions) requireContent(one);
}

function requireContent({ type, params }: Action): void {
  if (type !== 'send_template') return;
  const { content, variables } = params;
  if (content === undefined)
    throw violated('template_without_content', 'No templates are kept under names: give the action its content.');
  requireSendable({ type: 'template', content, variables });
}

/** Rules, name and trigger change without an event. */
function settle(state: Automation, command: AutomationCommand): Automation {
  if (command.type !== 'automation.update') return state;
  const { name = state.name, trigger = state.trigger, rules = state.rules } = command.data;
  const changed = { ...state, name, trigger, triggerType: trigger.type, rules };
  return isSame(changed, state) ? state : changed;
}

/** What is written the same is the same: both come out of the same schema. */
function isSame(one: Automation, other: Automation): boolean {
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, part]) => [key, ordered(part)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function evolve(state: Automation, event: AutomationEvent, command: AutomationCommand): Automation {
  switch (event.type) {
    case 'automation.created': {
      if (command.type !== 'automation.create') return state;
      const { automationId, ...data } = command.data;
      return { ...state, id: automationId, ...data, triggerType: data.trigger.type, createdAt: command.at };
    }
    case 'automation.enabled':
      return { ...state, enabled: true, enabledAt: command.at };
    case 'automation.disabled':
      return { ...state, enabled: false, disabledAt: command.at };
  }
}
