// How each event of the catalogue comes about: a person's call over HTTP, or a command that a saga or an integration runs.
import type { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import type { Json } from '../support/api.ts';

/** The tenant in which causes happen, with a project and an active channel. */
export type CauseWorld = {
  readonly tenantId: string;
  readonly projectId: string;
  readonly channelId: string;
  readonly database: Database;
  readonly newId: () => string;
  /** Calls the API with a key of all scopes; gives the JSON of a 2xx answer, and throws for any other. */
  readonly call: (method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown) => Promise<Json>;
  /** Runs a command through the command handler. */
  readonly run: (
    aggregate: keyof typeof aggregates,
    id: string,
    command: { readonly type: string; readonly data: unknown },
  ) => Promise<void>;
};

/** What causes one event. Each makes what it needs and leans on no other. `caller`: the saga or integration that runs the command. */
export type Cause = { readonly cause: (world: CauseWorld) => Promise<unknown> } & (
  | { readonly by: 'http' }
  | { readonly by: 'command'; readonly caller: string }
);

/** The causes of one aggregate's events, by type. */
export type Causes = Readonly<Record<string, Cause>>;

/** A person does it over HTTP. */
export function byHttp(cause: Cause['cause']): Cause {
  return { by: 'http', cause };
}

/** `caller`, a saga or an integration, runs the command. */
export function byCommand(caller: string, cause: Cause['cause']): Cause {
  return { by: 'command', caller, cause };
}
