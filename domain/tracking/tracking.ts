// The tracking: where a contact came from, an advert for instance. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { TrackingCommand } from './commands.ts';
import type { TrackingEvent } from './events.ts';

/** A tracking's state; `fields` is all that was learnt since, by name. Times are ISO 8601. */
export type Tracking = {
  readonly id: string;
  readonly projectId: string;
  readonly contactId: string;
  readonly sessionId: string | null;
  readonly source: string;
  readonly platform: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly createdAt: string | null;
};

export const tracking = defineAggregate<Tracking, TrackingCommand, TrackingEvent>({
  aggregate: 'tracking',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    contactId: '',
    sessionId: null,
    source: '',
    platform: '',
    fields: {},
    createdAt: null,
  }),
  decide,
  evolve,
});

function decide(command: TrackingCommand, state: Tracking): TrackingEvent[] {
  const { at } = command;
  if (command.type === 'tracking.create') {
    if (state.createdAt !== null) throw violated('tracking_exists', 'A tracking with this id exists already.');
    return [{ type: 'tracking.created', data: { ...command.data, createdAt: at } }];
  }
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such tracking.');
  const { enrichmentSource } = command.data;
  const changes = news(command.data.changes, state.fields);
  if (Object.keys(changes).length === 0) return [];
  const { id: trackingId, contactId } = state;
  return [{ type: 'tracking.enriched', data: { trackingId, contactId, enrichmentSource, changes, enrichedAt: at } }];
}

/** Those of `changes` that differ from `fields`; values are compared as JSON, which at worst reports too much. */
function news(changes: Tracking['fields'], fields: Tracking['fields']): Record<string, unknown> {
  const isNews = ([name, value]: [string, unknown]) =>
    !Object.hasOwn(fields, name) || JSON.stringify(value) !== JSON.stringify(fields[name]);
  return Object.fromEntries(Object.entries(changes).filter(isNews));
}

function evolve(state: Tracking, event: TrackingEvent): Tracking {
  switch (event.type) {
    case 'tracking.created': {
      const { trackingId: id, sessionId, ...data } = event.data;
      return { ...state, ...data, id, sessionId: sessionId ?? null };
    }
    case 'tracking.enriched':
      return { ...state, fields: { ...state.fields, ...event.data.changes } };
  }
}
