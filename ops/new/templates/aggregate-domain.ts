// The domain of a new aggregate: its three events, three commands and the decider; something with a name that belongs to a project.
import { capital, type Name } from '../words.ts';

/** What a new aggregate is called. `events` stands before its events' names: its own name, or that of its family with the rest of its name. */
export type NewAggregate = {
  readonly name: Name;
  readonly plural: Name;
  /** The prefix of its events' types, `order.` or `order.line_`. */
  readonly events: string;
  /** Undefined: it is told in its own name. */
  readonly family: string | undefined;
};

const oneId = '018f5a10-0000-7000-8000-0000000000f0';
const projectId = '018f5a10-0000-7000-8000-000000000003';

/** `domain/<thing>/events.ts` */
export function eventsFile({ name, events, family }: NewAggregate): string {
  const { camel, pascal, snake, a } = name;
  const rows = `{
  '${events}created': event({
    version: 1,
    summary: '${capital(a)} was made.',
    data: z.object({ ${camel}Id, projectId: id, tenantId, name: label }),
    webhooks: ['${events}created'],
    example: { ${camel}Id: some${pascal}, projectId: '${projectId}', tenantId: 'demo', name: 'The first' },
  }),
  '${events}renamed': event({
    version: 1,
    summary: '${capital(a)} got another name.',
    data: z.object({ ${camel}Id, oldName: label, newName: label }),
    webhooks: ['${events}renamed'],
    example: { ${camel}Id: some${pascal}, oldName: 'The first', newName: 'The second' },
  }),
  '${events}deleted': event({
    version: 1,
    summary: '${capital(a)} was deleted.',
    data: z.object({ ${camel}Id, deletedAt: at }),
    webhooks: ['${events}deleted'],
    example: { ${camel}Id: some${pascal}, deletedAt: '2026-01-31T12:00:00.000Z' },
  }),
}`;
  return `// The events of ${a}.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label, tenantId } from '../kernel/fields.ts';

const ${camel}Id = id;
const some${pascal} = '${oneId}';

export const ${camel}Events = defineEvents('${snake}', ${rows}${family === undefined ? '' : `, { family: '${family}' }`});

/** Any event of ${a}. */
export type ${pascal}Event = EventsOf<typeof ${camel}Events>;
`;
}

/** `domain/<thing>/commands.ts` */
export function commandsFile({ name: { camel, pascal, snake, a } }: NewAggregate): string {
  return `// What can be asked of ${a}: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, label, tenantId } from '../kernel/fields.ts';

export const ${camel}Commands = defineCommands({
  '${snake}.create': z.object({ ${camel}Id: id, projectId: id, tenantId, name: label }),
  '${snake}.rename': z.object({ name: label }),
  '${snake}.delete': z.object({}),
});

/** Any command of ${a}. */
export type ${pascal}Command = CommandsOf<typeof ${camel}Commands>;
`;
}

/** `domain/<thing>/<thing>.ts` */
export function deciderFile({ name, events }: NewAggregate): string {
  const { camel, pascal, snake, words, a } = name;
  return `// The ${words}: something with a name of its own in its project. The row is the truth.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { ${pascal}Command } from './commands.ts';
import type { ${pascal}Event } from './events.ts';

/** The state of ${a}; \`deletedAt\` set means it is gone for everyone but the log. Times are ISO 8601. */
export type ${pascal} = {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly createdAt: string | null;
  readonly deletedAt: string | null;
};

export const ${camel} = defineAggregate<${pascal}, ${pascal}Command, ${pascal}Event>({
  aggregate: '${snake}',
  storage: 'state',
  initialState: () => ({ id: '', projectId: '', name: '', createdAt: null, deletedAt: null }),
  decide,
  evolve,
});

function decide(command: ${pascal}Command, state: ${pascal}): ${pascal}Event[] {
  if (command.type === '${snake}.create') {
    if (state.createdAt !== null) throw violated('${snake}_exists', '${capital(a)} with this id exists already.');
    return [{ type: '${events}created', data: command.data }];
  }
  if (state.createdAt === null || state.deletedAt !== null)
    throw new DomainError('not_found', 'There is no such ${words}.');
  const ${camel}Id = state.id;
  switch (command.type) {
    case '${snake}.rename': {
      const { name: newName } = command.data;
      if (newName === state.name) return [];
      return [{ type: '${events}renamed', data: { ${camel}Id, oldName: state.name, newName } }];
    }
    case '${snake}.delete':
      return [{ type: '${events}deleted', data: { ${camel}Id, deletedAt: command.at } }];
  }
}

function evolve(state: ${pascal}, event: ${pascal}Event, command: ${pascal}Command): ${pascal} {
  switch (event.type) {
    case '${events}created': {
      const { ${camel}Id: id, projectId, name } = event.data;
      return { ...state, id, projectId, name, createdAt: command.at };
    }
    case '${events}renamed':
      return { ...state, name: event.data.newName };
    case '${events}deleted':
      return { ...state, deletedAt: event.data.deletedAt };
  }
}
`;
}

/** `domain/<thing>/<thing>.test.ts` */
export function deciderTest({ name, events }: NewAggregate): string {
  const { camel, snake, words } = name;
  const chosen = snake === camel ? camel : `${snake}: ${camel}`;
  return `// The ${words}: made once, renamed when the name differs, and gone for good once deleted.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const ${camel}Id = '018f5a10-0000-7000-8000-000000000010';
const made = { ${camel}Id, projectId: '018f5a10-0000-7000-8000-000000000011', tenantId: 'demo', name: 'The first' };
const create: Input = { type: '${snake}.create', data: made };
const { ${chosen} } = aggregates;

describe('${words}', () => {
  it('is made once', () => {
    const state = given(${camel})
      .when('${snake}.create', made)
      .thenEvents([{ type: '${events}created', data: made }]);
    assert.deepEqual([state.id, state.name, state.createdAt], [${camel}Id, 'The first', momentOf(0)]);
    given(${camel}, [create]).when('${snake}.create', made).thenRefused('${snake}_exists');
    given(${camel}).when('${snake}.rename', { name: 'x' }).thenRefused('not_found');
    given(${camel}).when('${snake}.delete').thenRefused('not_found');
  });

  it('is renamed when the name differs', () => {
    const one = given(${camel}, [create]);
    one.when('${snake}.rename', { name: 'The first' }).thenNothing();
    const state = one
      .when('${snake}.rename', { name: 'The second' })
      .thenEvents([{ type: '${events}renamed', data: { ${camel}Id, oldName: 'The first', newName: 'The second' } }]);
    assert.equal(state.name, 'The second');
  });

  it('is gone once deleted', () => {
    const gone = given(${camel}, [create])
      .when('${snake}.delete')
      .thenEvents([{ type: '${events}deleted', data: { ${camel}Id, deletedAt: momentOf(1) } }]);
    given(${camel}, [], gone).when('${snake}.rename', { name: 'x' }).thenRefused('not_found');
    given(${camel}, [], gone).when('${snake}.delete').thenRefused('not_found');
    given(${camel}, [], gone).when('${snake}.create', made).thenRefused('${snake}_exists');
  });

  it('takes nothing more once it is gone, and changes only with an event', () => {
    const commands = arbitraryCommands(${camel}, { first: '${snake}.create', rare: ['${snake}.delete', '${snake}.create'] });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { before, after, events } of runAll(${camel}, inputs).steps) {
          assert.equal(before.deletedAt, null);
          if (events.length === 0) assert.deepEqual(after, before);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
`;
}
