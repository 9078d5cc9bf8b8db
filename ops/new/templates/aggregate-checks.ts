// What the tests that run over all aggregates need of a new one: how its events come about, and a naive model of it.
import type { NewAggregate } from './aggregate-domain.ts';

/** `test/causes/<thing>.ts` */
export function causesFile({ name, plural, events }: NewAggregate): string {
  const { camel, pascal, a, words } = name;
  const path = `/v1/${plural.kebab}`;
  return `// How the events of ${plural.words} come about.
import { byHttp, type Causes, type CauseWorld } from './cause.ts';

/** ${words.charAt(0).toUpperCase()}${words.slice(1)} with a name of its own; gives its id. */
export async function new${pascal}({ call, projectId, newId }: CauseWorld): Promise<string> {
  return String((await call('POST', '${path}', { projectId, name: \`Made \${newId()}\` }))['id']);
}

/** By event: what is done to ${a}. */
export const ${camel}Causes: Causes = {
  '${events}created': byHttp(new${pascal}),
  '${events}renamed': byHttp(async (world) =>
    world.call('PATCH', \`${path}/\${await new${pascal}(world)}\`, { name: \`Renamed \${world.newId()}\` }),
  ),
  '${events}deleted': byHttp(async (world) => world.call('DELETE', \`${path}/\${await new${pascal}(world)}\`)),
};
`;
}

/** `test/simulation/naive-<things>.ts` */
export function naiveModelFile({ name, plural }: NewAggregate): string {
  const { camel, snake, words } = name;
  return `// A naive model of ${plural.words}.
import type { NaiveModel } from './naive-models.ts';

/** The ${words}: whether it is there, and what it is called. */
export const ${camel} = (): NaiveModel => {
  let life: 'none' | 'there' | 'gone' = 'none';
  let name: unknown = '';
  return {
    accepts: (command) => (command === '${snake}.create' ? life === 'none' : life === 'there'),
    note: (command, data) => {
      if (command === '${snake}.create') life = 'there';
      else if (command === '${snake}.delete') life = 'gone';
      if (command === '${snake}.create' || command === '${snake}.rename') name = data['name'];
    },
    expects: () => [life, name],
    see: ({ createdAt, deletedAt, name }) => [deletedAt !== null ? 'gone' : createdAt === null ? 'none' : 'there', name],
  };
};
`;
}
