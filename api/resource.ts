// The routes that every aggregate has, made from its definition: list, read, and a verb that runs one command on the thing in the path.
import type { z } from '@hono/zod-openapi';
import type { SQL } from 'drizzle-orm';
import { listPage, readOne } from '../db/queries/read-state.ts';
import type { TenantKeys } from '../db/tenant-keys.ts';
import type { AnyEvent, Command } from '../domain/kernel/define-aggregate.ts';
import type { WriteContext } from './call-context.ts';
import { type Creation, creationRoute } from './creation-route.ts';
import { type Answer, found, type Parsed, type Route, readRoute, writeRoute } from './define-route.ts';
import type { Changed, ResourceDefinition } from './resource-definition.ts';
import { changesRoute, viewAsOf } from './resource-history.ts';
import type { CommandRoute } from './routes.ts';
import { idParams, pageOf, pageQuery } from './schemas/common.ts';
import { asOfQuery } from './schemas/history.ts';

/** Builders of an aggregate's routes; what differs from aggregate to aggregate is said by the caller. */
export function resource<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent>(
  about: ResourceDefinition<State, Cmd, Event>,
) {
  const { definition, name, path, tag, schema, scope = 'read', hidden } = about;
  const isEventSourced = definition.decider.storage === 'events';
  const plural = about.plural ?? { name: `${name}s`, schemaName: `${about.schemaName}s` };
  const answer = { description: `The ${name}.`, schema };
  const toAnswer = ({ state, sequence }: Changed<State>): Answer => ({
    body: { ...state, sequence, erased: false },
    sequence,
  });
  const toCreated = (made: Changed<State>): Answer => ({ ...toAnswer(made), location: `${path}/${made.state.id}` });
  return {
    answer,
    /** What a write answers: the thing after it, with its ETag. */
    toAnswer,
    /** What a create answers. */
    toCreated,

    /** `POST /v1/things`: what the body refers to is there, an id is drawn, one command makes the thing. */
    create: <Body extends z.ZodType>(type: Cmd['type'], at: CommandRoute, said: Creation<Body, State>): Route =>
      creationRoute(about, { ...at, type }, said, toCreated),

    /** `GET /v1/things`: pages, the newest first; `conditionOf` turns the query's filters into SQL. */
    list: <Query extends z.ZodRawShape>(
      filters: Query,
      conditionOf: (query: z.infer<z.ZodObject<Query>>, keys: TenantKeys) => SQL | undefined | Promise<SQL | undefined>,
      description?: string,
    ): Route =>
      readRoute({
        method: 'get',
        path,
        scope,
        operationId: `list${plural.schemaName}`,
        tag,
        summary: `Lists ${plural.name}, newest first`,
        ...(description !== undefined && { description }),
        query: pageQuery.extend(filters),
        answer: { description: 'A page.', schema: pageOf(schema, about.schemaName) },
        handle: async ({ query }, { read, deps }) => {
          const { keysOf } = deps.database;
          const { limit, cursor } = query as z.infer<typeof pageQuery>;
          const filter = query as unknown as z.infer<z.ZodObject<Query>>;
          const page = await read(async (tx) =>
            listPage(tx, keysOf, definition.store, await conditionOf(filter, keysOf(tx)), { limit, cursor }),
          );
          return { body: page };
        },
      }),

    /** `GET /v1/things/{id}`, with its ETag; of what lives from its events also as it was at a moment (`asOf`). */
    read: (): Route =>
      readRoute({
        method: 'get',
        path: `${path}/{id}`,
        scope,
        operationId: `read${about.schemaName}`,
        tag,
        summary: `Reads one ${name}`,
        params: idParams,
        ...(isEventSourced && { query: asOfQuery }),
        versioned: true,
        answer,
        handle: async ({ params, query }, { read, deps }) => {
          const { asOf } = (query ?? {}) as z.infer<typeof asOfQuery>;
          const view = await read((tx) =>
            asOf === undefined
              ? readOne(tx, deps.database.keysOf, definition.store, params.id, hidden)
              : viewAsOf(about, tx, deps, params.id, asOf),
          );
          const { sequence } = found(view, name);
          return { body: view, sequence };
        },
      }),

    /** `GET /v1/things/{id}/changes`, of what lives from its events. */
    changes: (): Route => changesRoute(about),

    /** Runs one command on the thing in the path. `data` makes the command's data, or promises it (default: the body), `before` checks what the decider can't see. */
    verb: <Params extends z.ZodType = typeof idParams, Body extends z.ZodType = z.ZodType<undefined>>(
      type: Cmd['type'],
      at: CommandRoute,
      said: {
        readonly operationId: string;
        readonly summary: string;
        readonly description?: string;
        readonly params?: Params;
        readonly body?: Body;
        readonly data?: (request: Parsed<z.infer<Params>, undefined, z.infer<Body>>, context: WriteContext) => unknown;
        readonly before?: (
          request: Parsed<z.infer<Params>, undefined, z.infer<Body>>,
          context: WriteContext,
        ) => Promise<void>;
        /** What goes with it in the same transaction, once it is known that the thing is there. */
        readonly after?: (
          request: Parsed<z.infer<Params>, undefined, z.infer<Body>>,
          context: WriteContext,
          made: Changed<State>,
        ) => Promise<void>;
        /** There is nothing left to show. */
        readonly gone?: boolean;
      },
    ): Route => {
      const { data = (request) => request.body ?? {}, before, after, gone = false, body, params, ...words } = said;
      return writeRoute({
        ...at,
        ...words,
        tag,
        params: params ?? idParams,
        ...(body !== undefined && { body }),
        versioned: true,
        answer: gone ? { status: 204, description: 'Done.' } : answer,
        handle: async (request, context) => {
          const typed = request as unknown as Parsed<z.infer<Params>, undefined, z.infer<Body>>;
          await before?.(typed, context);
          const { id } = request.params as z.infer<typeof idParams>;
          const made = await context.run(definition, id, { type, data: await data(typed, context) });
          await after?.(typed, context, made);
          return gone ? {} : toAnswer(made);
        },
      });
    },
  };
}
