// The world of causes over a running test API: its first tenant, calls that must go through, commands by the command handler.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { aggregates } from '../../db/aggregates.ts';
import { type AggregateDefinition, execute } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import type { AnyEvent, Command } from '../../domain/kernel/define-aggregate.ts';
import type { CauseWorld } from '../causes/cause.ts';
import type { TestApi } from './api.ts';

/** Makes it. */
export function causeWorld(api: TestApi): CauseWorld {
  const { database, tenant } = api;
  return {
    ...tenant,
    database,
    newId: () => database.ids.next(),
    call: async (method, path, body) => {
      const { status, json } = await api.call(method, path, { body });
      assert.ok(status >= 200 && status < 300, `${method} ${path}: ${status} ${JSON.stringify(json)}`);
      return json;
    },
    run: async (aggregate, id, command) => {
      const definition = aggregates[aggregate] as unknown as AggregateDefinition<{ id: string }, Command, AnyEvent>;
      const cause = { causationId: randomUUID(), correlationId: randomUUID() };
      await inTenant(database.pool, tenant.tenantId, (tx) => execute(database, tx, definition, id, command, cause));
    },
  };
}
