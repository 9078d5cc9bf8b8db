// What an event-sourced thing was at a moment, and what changed between two: replayed from its events.
import { readEvents } from '../db/event-store/read-events.ts';
import { type Replayed, replay } from '../db/event-store/replay.ts';
import { decodeCursor, toPage } from '../db/queries/page.ts';
import { type View, viewOf } from '../db/queries/read-state.ts';
import type { Tx } from '../db/transaction.ts';
import type { AnyEvent, Command } from '../domain/kernel/define-aggregate.ts';
import { DomainError } from '../domain/kernel/errors.ts';
import { isSameJson } from '../domain/kernel/same-json.ts';
import type { ApiDeps } from './api-deps.ts';
import { found, type Route, readRoute } from './define-route.ts';
import type { ResourceDefinition } from './resource-definition.ts';
import { idParams } from './schemas/common.ts';
import { changesQuery, changesSchema } from './schemas/history.ts';

/** The thing as it was at `asOf`. Throws DomainError: validation_failed for the future, not_found when it was not there, which says since or until when it was. */
export async function viewAsOf<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  { definition, name }: ResourceDefinition<State, Cmd, Event>,
  tx: Tx,
  { database }: Pick<ApiDeps, 'database'>,
  id: string,
  asOf: string,
): Promise<View<State>> {
  const moment = pastMoment('asOf', asOf, database.clock.now());
  const replayed = await replay(database, tx, definition, id, { moment });
  await requireThere(tx, database, definition.decider.aggregate, name, id, replayed, moment);
  return viewOf(definition.store, replayed);
}

/** `GET /v1/things/{id}/changes`: the fields that differ between two moments, and the events between them. */
export function changesRoute<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  about: ResourceDefinition<State, Cmd, Event>,
): Route {
  const { definition, name, path, tag, schema, scope = 'read', schemaName } = about;
  const stream = (id: string) => ({ aggregateType: definition.decider.aggregate, id });
  const shown = (replayed: Replayed<State>) =>
    schema.parse(viewOf(definition.store, replayed)) as Readonly<Record<string, unknown>>;
  return readRoute({
    method: 'get',
    path: `${path}/{id}/changes`,
    scope,
    operationId: `list${schemaName}Changes`,
    tag,
    summary: `Tells what changed of one ${name} between two moments`,
    description: 'The fields before and after, and the events in between.',
    params: idParams,
    query: changesQuery,
    answer: { description: 'The difference.', schema: changesSchema(schemaName) },
    handle: async ({ params: { id }, query }, { read, deps: { database } }) => {
      const now = database.clock.now();
      const to = query.to === undefined ? undefined : pastMoment('to', query.to, now);
      const from = query.from === undefined ? undefined : pastMoment('from', query.from, now);
      if (from && to && to < from) throw badMoment('to', 'lies before `from`: give a later one');
      const page = { limit: query.limit, cursor: query.cursor };
      const body = await read(async (tx) => {
        const keys = database.keysOf(tx);
        const after = await replay(database, tx, definition, id, { moment: to });
        await requireThere(tx, database, definition.decider.aggregate, name, id, after, to ?? now);
        const before = from && (await replay(database, tx, definition, id, { moment: from }));
        const fromSequence = before?.sequence ?? 0;
        const [last = fromSequence] = page.cursor === undefined ? [] : decodeCursor(page.cursor, ['number']);
        const range = { after: Math.max(Number(last), fromSequence), upTo: after.sequence, limit: page.limit + 1 };
        const events = await readEvents(tx, keys, stream(id), range);
        const cut = toPage(events, page.limit, ({ sequence }) => [sequence]);
        return {
          from: from?.toISOString() ?? null,
          to: (to ?? now).toISOString(),
          fromSequence,
          toSequence: after.sequence,
          erased: after.erased,
          fields: differences(fromSequence > 0 && before ? shown(before) : {}, shown(after)),
          events: cut.data.map((event) => ({ ...event, occurredAt: event.occurredAt.toISOString() })),
          nextCursor: cut.nextCursor,
        };
      });
      return { body };
    },
  });
}

/** The fields by their names, without what counts changes and what says that personal ones are gone. */
function differences(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>) {
  const { sequence: _, erased: __, ...fields } = after;
  return Object.entries(fields).flatMap(([field, value]) => {
    const was = before[field] ?? null;
    return isSameJson(was, value) ? [] : [{ field, before: was, after: value }];
  });
}

async function requireThere<State extends { readonly id: string }>(
  tx: Tx,
  { keysOf }: ApiDeps['database'],
  aggregateType: string,
  name: string,
  id: string,
  { sequence, state }: Replayed<State>,
  moment: Date,
): Promise<void> {
  const missing = (why: string) => new DomainError('not_found', `The ${name} ${why}`);
  if (sequence === 0) {
    const [first] = await readEvents(tx, keysOf(tx), { aggregateType, id }, { after: 0, upTo: null, limit: 1 });
    const since = found(first, name).occurredAt.toISOString();
    throw missing(`did not exist yet at ${moment.toISOString()}: it was created at ${since}.`);
  }
  // What is deleted is read by nobody; what it was before can be.
  if ('deletedAt' in state && typeof state.deletedAt === 'string')
    throw missing(`was deleted at ${state.deletedAt}: ask for a moment before.`);
}

function pastMoment(name: string, text: string, now: Date): Date {
  // Nothing is older, and PostgreSQL does not take all years that ISO 8601 has.
  const moment = new Date(Math.max(0, Date.parse(text)));
  if (moment > now) throw badMoment(name, 'lies in the future: give a moment up to now');
  return moment;
}

const badMoment = (name: string, message: string): DomainError =>
  new DomainError('validation_failed', 'The moment can not be used: see errors for what to change.', {
    issues: [{ path: `query.${name}`, message }],
  });
