// The webhook subscription: which events go to which address, signed by which secrets, and how that went so far. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import type { TimelineCategory } from '../kernel/define-events.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import { addMilliseconds, isAfter, later } from '../kernel/time.ts';
import { momentOf } from '../kernel/told.ts';
import type { WebhookCommand } from './commands.ts';
import type { WebhookEvent } from './events.ts';
import { retrySchedule } from './retry-schedule.ts';

/** What deliveries are signed with; the former secret signs too until `previousUntil`. */
export type WebhookSecrets = {
  readonly current: string;
  readonly previous: string | null;
  readonly previousUntil: string | null;
};

/**
 * A subscription's state. `headerNames` are those of `headers`, whose values are shown to nobody. `givenUpInRow` counts deliveries given up since
 * the last that arrived. Times are ISO 8601.
 */
export type WebhookSubscription = {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly subscribeContactEvents: boolean;
  readonly contactEventTypes: readonly string[];
  readonly contactEventCategories: readonly TimelineCategory[];
  readonly active: boolean;
  readonly secrets: WebhookSecrets;
  readonly headers: Readonly<Record<string, string>>;
  readonly headerNames: readonly string[];
  readonly retryCount: number;
  readonly timeoutSeconds: number;
  readonly disabledReason: string | null;
  readonly disabledAt: string | null;
  readonly lastTriggeredAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly lastFailureAt: string | null;
  readonly successCount: number;
  readonly failureCount: number;
  readonly givenUpInRow: number;
  readonly createdAt: string | null;
  readonly deletedAt: string | null;
};

type CommandOf<Type extends WebhookCommand['type']> = Extract<WebhookCommand, { type: Type }>;

/** So many deliveries in a row that were tried to the end show that nobody listens. */
export const mostGivenUpInRow = 10;
const mostHeaders = 20;
const usualTimeoutSeconds = 30;
const noSecrets: WebhookSecrets = { current: '', previous: null, previousUntil: null };

export const webhook = defineAggregate<WebhookSubscription, WebhookCommand, WebhookEvent>({
  aggregate: 'webhook',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    userId: '',
    name: '',
    url: '',
    events: [],
    subscribeContactEvents: false,
    contactEventTypes: [],
    contactEventCategories: [],
    active: true,
    secrets: noSecrets,
    headers: {},
    headerNames: [],
    retryCount: retrySchedule.length,
    timeoutSeconds: usualTimeoutSeconds,
    disabledReason: null,
    disabledAt: null,
    lastTriggeredAt: null,
    lastSuccessAt: null,
    lastFailureAt: null,
    successCount: 0,
    failureCount: 0,
    givenUpInRow: 0,
    createdAt: null,
    deletedAt: null,
  }),
  decide,
  settle,
  evolve,
});

/** The secrets that sign a delivery at this moment, the current one first. */
export function signingSecrets({ current, previous, previousUntil }: WebhookSecrets, at: string): string[] {
  return previous !== null && previousUntil !== null && isAfter(previousUntil, at) ? [current, previous] : [current];
}

function decide(command: WebhookCommand, state: WebhookSubscription): WebhookEvent[] {
  if (command.type === 'webhook.create') {
    if (state.createdAt !== null)
      throw violated('webhook_exists', 'A webhook subscription with this id exists already.');
    requireUsable(command.data, state);
    return [];
  }
  // The deliverer may be late: what it tells of a deleted subscription changes nothing.
  if (command.type === 'webhook.note_attempt' && state.deletedAt !== null) return [];
  if (state.createdAt === null || state.deletedAt !== null)
    throw new DomainError('not_found', 'There is no such webhook subscription.');
  switch (command.type) {
    case 'webhook.update':
      requireUsable(command.data, state);
      return [];
    case 'webhook.rotate_secret':
      if (command.data.secret === state.secrets.current)
        throw violated('secret_unchanged', 'The new secret is the current one: draw another.');
      return [];
    case 'webhook.deactivate':
      return state.active ? [disabled(state, 'deactivated', command.at)] : [];
    case 'webhook.note_attempt':
      return noteAttempt(command, state);
    case 'webhook.activate':
    case 'webhook.delete':
      return [];
  }
}

type Settings = CommandOf<'webhook.update'>['data'];

function requireUsable(given: Settings, state: WebhookSubscription): void {
  const { events, subscribeContactEvents, headers } = withSettings(state, given);
  if (events.length === 0 && !subscribeContactEvents)
    throw violated('no_events', 'It would never be called: name at least one event, or subscribe to contact events.');
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  if (names.length > mostHeaders)
    throw violated('too_many_headers', `At most ${mostHeaders} headers can be sent: leave some out.`);
  if (new Set(names).size < names.length)
    throw violated('header_twice', 'A header can be sent once: its name counts the same in any case.');
  const odd = Object.entries(headers).find(
    ([name, value]) => !/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value),
  );
  if (odd)
    throw violated('header_malformed', 'A header has a name HTTP knows and a value of printable ASCII characters.');
  const reserved = names.find((name) => reservedHeaders.test(name));
  if (reserved !== undefined)
    throw violated('header_reserved', `The header ${reserved} is set by the delivery itself: leave it out.`);
}

const reservedHeaders =
  /^(webhook-.*|host|content-.*|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*)$/;

function disabled({ id: subscriptionId }: WebhookSubscription, reason: string, disabledAt: string): WebhookEvent {
  return { type: 'webhook.subscription_disabled', data: { subscriptionId, reason, disabledAt } };
}

function noteAttempt({ data, at }: CommandOf<'webhook.note_attempt'>, state: WebhookSubscription): WebhookEvent[] {
  if (!state.active) return [];
  if (data.outcome === 'gone') return [disabled(state, 'address_gone', at)];
  const isLast = data.outcome === 'given_up' && state.givenUpInRow + 1 >= mostGivenUpInRow;
  return isLast ? [disabled(state, 'deliveries_given_up', at)] : [];
}

/** All that is set up, and how deliveries go: no event of the catalogue tells of it. */
function settle(state: WebhookSubscription, command: WebhookCommand): WebhookSubscription {
  switch (command.type) {
    case 'webhook.create': {
      const { subscriptionId: id, projectId, userId, secret, ...settings } = command.data;
      const secrets = { ...noSecrets, current: secret };
      return withSettings({ ...state, id, projectId, userId, secrets, createdAt: command.at }, settings);
    }
    case 'webhook.update': {
      const updated = withSettings(state, command.data);
      return JSON.stringify(updated) === JSON.stringify(state) ? state : updated;
    }
    case 'webhook.activate':
      return state.active ? state : { ...state, active: true, disabledReason: null, disabledAt: null, givenUpInRow: 0 };
    case 'webhook.deactivate':
      return state;
    case 'webhook.rotate_secret': {
      const { secret: current, overlapSeconds } = command.data;
      const previousUntil = addMilliseconds(command.at, overlapSeconds * 1_000);
      const previous = overlapSeconds > 0 ? { previous: state.secrets.current, previousUntil } : {};
      return { ...state, secrets: { ...noSecrets, current, ...previous } };
    }
    case 'webhook.delete':
      return { ...state, active: false, secrets: noSecrets, headers: {}, headerNames: [], deletedAt: command.at };
    case 'webhook.note_attempt':
      return state.deletedAt === null ? counted(state, command) : state;
  }
}

function withSettings(state: WebhookSubscription, settings: Settings): WebhookSubscription {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const changed: WebhookSubscription = { ...state, ...given };
  const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
  return {
    ...changed,
    events: unique(changed.events),
    contactEventTypes: unique(changed.contactEventTypes),
    contactEventCategories: unique(changed.contactEventCategories),
    headerNames: Object.keys(changed.headers),
  };
}

function counted(state: WebhookSubscription, command: CommandOf<'webhook.note_attempt'>): WebhookSubscription {
  const moment = momentOf(command);
  const lastTriggeredAt = later(state.lastTriggeredAt, moment);
  if (command.data.outcome === 'delivered')
    return {
      ...state,
      lastTriggeredAt,
      lastSuccessAt: later(state.lastSuccessAt, moment),
      successCount: state.successCount + 1,
      givenUpInRow: 0,
    };
  return {
    ...state,
    lastTriggeredAt,
    lastFailureAt: later(state.lastFailureAt, moment),
    failureCount: state.failureCount + 1,
    givenUpInRow: state.givenUpInRow + (command.data.outcome === 'failed' ? 0 : 1),
  };
}

function evolve(state: WebhookSubscription, event: WebhookEvent): WebhookSubscription {
  const { reason: disabledReason, disabledAt } = event.data;
  return { ...state, active: false, disabledReason, disabledAt };
}
