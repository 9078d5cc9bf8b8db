// The route that makes a thing: what its body refers to is there, an id is drawn, one command, and what goes with it.
import type { z } from '@hono/zod-openapi';
import { type Reference, requireReferences } from '../db/references.ts';
import { projects } from '../db/schema/projects.ts';
import type { AnyEvent, Command } from '../domain/kernel/define-aggregate.ts';
import type { WriteContext } from './call-context.ts';
import { type Answer, type Route, writeRoute } from './define-route.ts';
import type { Changed, ResourceDefinition } from './resource-definition.ts';
import type { CommandRoute } from './routes.ts';

/** What is said of a create beside its command; functions get the body and the request's context. */
export type Creation<Body extends z.ZodType, State> = {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly body: Body;
  /** What the command calls the new id: `campaignId`. */
  readonly idName: string;
  /** Where it is not just drawn. */
  readonly id?: (body: z.infer<Body>, context: WriteContext) => string;
  /** What has to be there beside the project that `projectId` names. */
  readonly references?: (
    body: z.infer<Body>,
    context: WriteContext,
  ) => readonly Reference[] | Promise<readonly Reference[]>;
  /** Checks what the decider can't see. */
  readonly before?: (body: z.infer<Body>, context: WriteContext) => Promise<void> | void;
  /** What the command takes beside body, id and tenant, or in place of it. */
  readonly data?: (body: z.infer<Body>, context: WriteContext) => object | Promise<object>;
  /** What goes with it in the same transaction. */
  readonly after?: (made: Changed<State>, body: z.infer<Body>, context: WriteContext) => Promise<unknown>;
  /** What only this answer shows: `The agent<description>.` */
  readonly once?: {
    readonly description: string;
    readonly schema: z.ZodType;
    readonly of: (made: Changed<State>, body: z.infer<Body>, context: WriteContext) => Promise<object> | object;
  };
};

/** Makes it; `toCreated` is what a create answers. */
export function creationRoute<
  State extends { readonly id: string },
  Cmd extends Command,
  Event extends AnyEvent,
  Body extends z.ZodType,
>(
  { definition, name, tag, schema }: ResourceDefinition<State, Cmd, Event>,
  { type, ...at }: CommandRoute & { readonly type: Cmd['type'] },
  said: Creation<Body, State>,
  toCreated: (made: Changed<State>) => Answer,
): Route {
  const { idName, id, references, before, data, after, once, body, ...words } = said;
  return writeRoute({
    ...at,
    ...words,
    tag,
    body,
    creates: true,
    answer: {
      status: 201,
      description: `The ${name}${once?.description ?? ''}.`,
      schema: once?.schema ?? schema,
    },
    handle: async (request, context) => {
      const given = request.body as z.infer<Body>;
      const { projectId: ids } = given as { readonly projectId?: string };
      const project: Reference = { path: 'body.projectId', name: 'project', table: projects, ids };
      await requireReferences(context.tx, [project, ...((await references?.(given, context)) ?? [])]);
      await before?.(given, context);
      const thingId = id?.(given, context) ?? context.deps.database.ids.next();
      const own = { [idName]: thingId, tenantId: context.caller.tenantId };
      const command = { type, data: { ...(given as object), ...own, ...(await data?.(given, context)) } };
      const made = await context.run(definition, thingId, command);
      await after?.(made, given, context);
      const { body: shown, ...answered } = toCreated(made);
      return { ...answered, body: { ...(shown as object), ...(await once?.of(made, given, context)) } };
    },
  });
}
