// An event of an aggregate as a row of the outbox: checked against its row of the catalogue, personal fields sealed, told who caused it.
import type { AnyEvent, Command } from '../domain/kernel/define-aggregate.ts';
import type { EventTable } from '../domain/kernel/define-events.ts';
import { mapPii } from '../domain/kernel/pii.ts';
import { uuidv7At } from '../platform/clock.ts';
import { currentSaga } from '../platform/saga-context.ts';
import type { AggregateDefinition, Cause } from './execute.ts';
import type { OutboxEvent } from './outbox.ts';
import type { TenantKeys } from './tenant-keys.ts';

/** Where an event stands: of which aggregate, at which sequence, when, why, and the state after the command. */
export type EventPlace<State> = {
  readonly id: string;
  readonly sequence: number;
  readonly now: Date;
  readonly cause: Cause;
  readonly state: State;
};

/** Makes the row. Throws when the event is not in the catalogue or its data does not fit it. */
export async function sealedEvent<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  { decider, events, store }: AggregateDefinition<State, Cmd, Event>,
  keys: TenantKeys,
  event: Event,
  { id, sequence, now, cause, state }: EventPlace<State>,
): Promise<OutboxEvent> {
  const row = events.rows[event.type];
  if (!row) throw new Error(`${event.type} has no row in the catalogue of ${decider.aggregate}.`);
  const data = row.data.parse(event.data);
  const saga = currentSaga();
  return {
    eventId: uuidv7At(now),
    aggregateId: id,
    aggregateType: decider.aggregate,
    sequence,
    type: event.type,
    version: row.version,
    data: await sealData(
      row,
      keys,
      { type: event.type, aggregateId: id, subjectId: subjectOf(data, store.subject(state)) },
      data,
    ),
    tenantId: keys.tenantId,
    projectId: cause.projectId ?? projectOf(state),
    createdAt: now.toISOString(),
    correlationId: saga?.correlationId ?? cause.correlationId,
    causationId: cause.causationId,
    traceparent: cause.traceparent ?? null,
    saga: saga
      ? {
          correlationId: saga.correlationId,
          sagaType: saga.sagaType,
          sagaStep: saga.undo ? `undo:${saga.sagaStep}` : saga.sagaStep,
          stepNumber: saga.stepNumber,
        }
      : null,
    eventSourced: decider.storage === 'events',
  };
}

const projectOf = (state: object): string | null =>
  'projectId' in state && typeof state.projectId === 'string' && state.projectId !== '' ? state.projectId : null;

/** The place a sealed event field is bound to. */
export function eventPlace(tenantId: string, aggregateId: string, type: string, path: string): string {
  return `${tenantId}|${aggregateId}|${type}|${path}`;
}

/** Whose key seals an event: the contact's that it names, else the one that seals the aggregate's row, so that both are forgotten together. */
function subjectOf(data: unknown, subjectOfState: string): string {
  const { contactId } = data as { contactId?: unknown };
  return typeof contactId === 'string' ? contactId : subjectOfState;
}

async function sealData(
  row: EventTable['rows'][string],
  keys: TenantKeys,
  { type, aggregateId, subjectId }: { readonly type: string; readonly aggregateId: string; readonly subjectId: string },
  data: unknown,
): Promise<unknown> {
  const found: { path: string; value: unknown }[] = [];
  mapPii(row.data, data, (value, path) => found.push({ path, value }));
  if (found.length === 0) return data;
  const sealed = new Map<string, string>();
  for (const { path, value } of found)
    sealed.set(path, await keys.seal(subjectId, eventPlace(keys.tenantId, aggregateId, type, path), value));
  return mapPii(row.data, data, (_value, path) => sealed.get(path));
}
