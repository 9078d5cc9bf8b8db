// The engine: which rules of an automation fire for an event, and why or why not. Pure: facts and chain are given.
import type { Action } from './actions.ts';
import type { Automation } from './automation.ts';
import { type ConditionOutcome, evaluateCondition, type Facts } from './conditions.ts';
import { beginsWait, isMeant, type TriggeringEvent, timedTriggers, triggersOf } from './triggers.ts';
import { type WaitEnd, waitEnds } from './wait.ts';

/** Why a rule fires or not. */
export const reasons = {
  conditions_met: 'The event is the one that the automation waits for, and the conditions are met.',
  conditions_not_met: 'Conditions are not met: see which.',
  disabled: 'The automation is not enabled.',
  waits_for_timers: 'The trigger waits for time, which is not over.',
  ...waitEnds,
  other_trigger: 'The automation waits for another kind of event.',
  not_meant: 'The trigger is narrowed to other channels or statuses.',
  other_project: "The event is of another project than the automation's.",
  other_pipeline: "Neither the channel nor the contact belongs to the automation's pipeline.",
  imported: 'The message was imported from the past.',
  caused_by_itself: 'The rule itself led to this event.',
  chain_too_deep: 'Too many rules have set each other off: the chain ends here.',
} as const;

/** Why a rule fires or not. */
export type Reason = keyof typeof reasons;

/** So many rules may set each other off. */
export const maxChain = 5;

/** What is known when an event comes. `pipelineIds`: those its channel and its contact belong to; `chain`: the rules whose actions led to it, the latest first. */
export type Situation = {
  readonly event: TriggeringEvent;
  readonly facts: Facts;
  readonly pipelineIds: readonly string[];
  /** The contact's status in each pipeline that it is in. */
  readonly statusIds: Readonly<Record<string, string>>;
  readonly chain: readonly string[];
  /** Of a trigger that waits for time: it is over, or what ended the waiting before. Absent: it waits. */
  readonly time?: 'over' | WaitEnd;
};

/** What came of one rule. */
export type Evaluation = {
  readonly ruleId: string;
  readonly ruleName: string;
  readonly fires: boolean;
  readonly reason: Reason;
  readonly conditions: readonly ConditionOutcome[];
  /** What is to be done, in this order; nothing unless it fires. */
  readonly actions: readonly Action[];
};

type Rules = Pick<Automation, 'enabled' | 'projectId' | 'pipelineId' | 'trigger' | 'rules'>;

/** Evaluates every rule; each condition has its outcome, whatever else keeps the rule from firing. */
export function evaluate(automation: Rules, situation: Situation): Evaluation[] {
  const hindrance = hindranceOf(automation, situation);
  const facts = { ...situation.facts, 'contact.pipelineStatusId': situation.statusIds[automation.pipelineId] ?? null };
  return automation.rules.map(({ ruleId, name, match, conditions, actions }) => {
    const outcomes = conditions.map((condition) => evaluateCondition(condition, facts));
    const isMet =
      match === 'any' && outcomes.length > 0 ? outcomes.some(({ met }) => met) : outcomes.every(({ met }) => met);
    const reason =
      hindrance ?? loopOf(ruleId, situation.chain) ?? (isMet ? 'conditions_met' : ('conditions_not_met' as const));
    const fires = reason === 'conditions_met';
    return { ruleId, ruleName: name, fires, reason, conditions: outcomes, actions: fires ? actions : [] };
  });
}

/** What keeps all of its rules from firing. */
function hindranceOf(automation: Rules, { event, facts, pipelineIds, time }: Situation): Reason | undefined {
  const { trigger } = automation;
  const isTimed = (timedTriggers as readonly string[]).includes(trigger.type);
  const channelId = facts['channel.id'];
  if (!automation.enabled) return 'disabled';
  if (trigger.type === 'scheduled') return 'waits_for_timers';
  if (!(isTimed ? beginsWait(trigger, event) : triggersOf(event).includes(trigger.type))) return 'other_trigger';
  if (event.projectId !== automation.projectId) return 'other_project';
  // Who left the pipeline is in it no more: that is what it ended by.
  if (isTimed && time !== undefined && time !== 'over') return time;
  if (!pipelineIds.includes(automation.pipelineId)) return 'other_pipeline';
  if (!isMeant(trigger, event, typeof channelId === 'string' ? channelId : null)) return 'not_meant';
  if (facts['message.source'] === 'history_import') return 'imported';
  return isTimed && time === undefined ? 'waits_for_timers' : undefined;
}

/** Whether any of the rules could still fire once the time is over: nothing but conditions, which may change, keeps it. */
export function mayFire(automation: Rules, situation: Situation): boolean {
  const open: readonly Reason[] = ['conditions_met', 'conditions_not_met'];
  return evaluate(automation, { ...situation, time: 'over' }).some(({ reason }) => open.includes(reason));
}

function loopOf(ruleId: string, chain: readonly string[]): Reason | undefined {
  if (chain.includes(ruleId)) return 'caused_by_itself';
  return chain.length >= maxChain ? 'chain_too_deep' : undefined;
}
