// What the API is told of an aggregate to make its routes.
import type { z } from '@hono/zod-openapi';
import type { SQL } from 'drizzle-orm';
import type { Scope } from '../db/api-keys.ts';
import type { AggregateDefinition } from '../db/execute.ts';
import type { AnyEvent, Command } from '../domain/kernel/define-aggregate.ts';

/** What a write handler gets of `run`. */
export type Changed<State> = { readonly state: State; readonly sequence: number };

/** An aggregate as the API shows it. `name` in words (`contact list`), `schemaName` in the document (`ContactList`), `hidden` keeps deleted ones from being read. */
export type ResourceDefinition<State extends { readonly id: string }, Cmd extends Command, Event extends AnyEvent> = {
  readonly definition: AggregateDefinition<State, Cmd, Event>;
  readonly name: string;
  readonly schemaName: string;
  /** Where an s does not do it: `pipeline statuses`, `PipelineStatuses`. */
  readonly plural?: { readonly name: string; readonly schemaName: string };
  readonly path: string;
  readonly tag: string;
  readonly schema: z.ZodType;
  readonly scope?: Scope;
  readonly hidden?: SQL;
};
