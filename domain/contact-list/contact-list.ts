// The contact list: a name for some contacts, chosen by people (static) or by filter rules (dynamic). The row is the truth; who is in it are rows of their own.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { ContactListCommand } from './commands.ts';
import type { ContactListEvent, logicalOperators } from './events.ts';
import { type FilterRule, readCondition } from './filter-rule.ts';

/** A list's state; `lastRecalculation` null: never recalculated. Times are ISO 8601. */
export type ContactList = {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string | null;
  readonly isStatic: boolean;
  readonly logicalOperator: (typeof logicalOperators)[number];
  readonly filterRules: readonly FilterRule[];
  readonly lastRecalculation: {
    readonly recalculatedAt: string;
    readonly contactCount: number;
    readonly addedCount: number;
    readonly removedCount: number;
  } | null;
  readonly createdAt: string | null;
  readonly deletedAt: string | null;
};

/** How many rules a list has at most. */
export const maxFilterRules = 20;

export const contactList = defineAggregate<ContactList, ContactListCommand, ContactListEvent>({
  aggregate: 'contact_list',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    name: '',
    description: null,
    isStatic: true,
    logicalOperator: 'AND',
    filterRules: [],
    lastRecalculation: null,
    createdAt: null,
    deletedAt: null,
  }),
  decide,
  evolve,
});

function decide(command: ContactListCommand, state: ContactList): ContactListEvent[] {
  if (command.type === 'contact_list.create') return create(command.data, state);
  if (state.createdAt === null || state.deletedAt !== null)
    throw new DomainError('not_found', 'There is no such contact list.');
  const listId = state.id;
  switch (command.type) {
    case 'contact_list.update':
      return update(command.data, state);
    case 'contact_list.delete':
      return [{ type: 'contact_list.deleted', data: { listId } }];
    case 'contact_list.add_filter_rule':
      return addRule(command.data, state);
    case 'contact_list.remove_filter_rule': {
      const { ruleId } = command.data;
      if (!state.filterRules.some((rule) => rule.ruleId === ruleId)) return [];
      return [{ type: 'contact_list.filter_rule_removed', data: { listId, ruleId } }];
    }
    case 'contact_list.clear_filter_rules':
      return state.filterRules.length === 0 ? [] : [{ type: 'contact_list.filter_rules_cleared', data: { listId } }];
    case 'contact_list.complete_recalculation':
      requireDynamic(state);
      return [{ type: 'contact_list.recalculated', data: { listId, ...command.data, recalculatedAt: command.at } }];
  }
}

function create(
  data: Extract<ContactListCommand, { type: 'contact_list.create' }>['data'],
  state: ContactList,
): ContactListEvent[] {
  if (state.createdAt !== null) throw violated('contact_list_exists', 'A contact list with this id exists already.');
  if (data.isStatic && data.logicalOperator !== undefined)
    throw violated('list_is_static', 'A static list has no filter rules: leave out logicalOperator.');
  return [{ type: 'contact_list.created', data }];
}

function update(
  data: Extract<ContactListCommand, { type: 'contact_list.update' }>['data'],
  state: ContactList,
): ContactListEvent[] {
  if (data.logicalOperator !== undefined) requireDynamic(state);
  const fields = ['name', 'description', 'logicalOperator'] as const;
  const changes = fields.filter((field) => data[field] !== undefined && data[field] !== state[field]);
  return changes.length === 0 ? [] : [{ type: 'contact_list.updated', data: { listId: state.id, changes } }];
}

function addRule(
  { ruleId, condition }: Extract<ContactListCommand, { type: 'contact_list.add_filter_rule' }>['data'],
  state: ContactList,
): ContactListEvent[] {
  requireDynamic(state);
  const read = readCondition(condition);
  if ('rule' in read) throw violated(read.rule, read.message);
  const { filterType, field, operator, value } = read;
  const isKnown = state.filterRules.some(
    (rule) =>
      rule.ruleId === ruleId ||
      (rule.filterType === filterType && rule.field === field && rule.operator === operator && rule.value === value),
  );
  if (isKnown) return [];
  if (state.filterRules.length >= maxFilterRules)
    throw violated('too_many_rules', `A list has at most ${maxFilterRules} filter rules: remove one first.`);
  const data = { listId: state.id, ruleId, filterType, field, operator, value };
  return [{ type: 'contact_list.filter_rule_added', data }];
}

function requireDynamic({ isStatic }: ContactList): void {
  if (isStatic)
    throw violated('list_is_static', 'People choose who is in a static list: use a dynamic list for filter rules.');
}

function evolve(state: ContactList, event: ContactListEvent, command: ContactListCommand): ContactList {
  switch (event.type) {
    case 'contact_list.created': {
      const { listId: id, tenantId: _, description = null, logicalOperator = 'AND', ...said } = event.data;
      return { ...state, ...said, id, description, logicalOperator, createdAt: command.at };
    }
    case 'contact_list.updated': {
      if (command.type !== 'contact_list.update') return state;
      const { name = state.name, logicalOperator = state.logicalOperator } = command.data;
      const { description = state.description } = command.data;
      return { ...state, name, description, logicalOperator };
    }
    case 'contact_list.deleted':
      return { ...state, deletedAt: command.at };
    case 'contact_list.filter_rule_added': {
      const { listId: _, ...rule } = event.data;
      return { ...state, filterRules: [...state.filterRules, rule as FilterRule] };
    }
    case 'contact_list.filter_rule_removed':
      return { ...state, filterRules: state.filterRules.filter(({ ruleId }) => ruleId !== event.data.ruleId) };
    case 'contact_list.filter_rules_cleared':
      return { ...state, filterRules: [] };
    case 'contact_list.recalculated': {
      const { listId: _, ...lastRecalculation } = event.data;
      return { ...state, lastRecalculation };
    }
  }
}
