// The unit test of a new command: told of what is there, refused of what is not.
import type { Field } from '../fields.ts';
import type { Aggregate } from '../project.ts';

/** Its text. `maker` is the command that makes the aggregate. */
export function commandTest(about: {
  readonly type: string;
  readonly emits: string;
  readonly aggregate: Aggregate;
  readonly fields: readonly Field[];
  readonly maker: string;
}): string {
  const { type, emits, aggregate, fields, maker } = about;
  const { snake, camel, words, a } = aggregate.name;
  const chosen = snake === camel ? camel : `${snake}: ${camel}`;
  const data =
    fields.length === 0
      ? ''
      : `const data = { ${fields.map(({ name, example }) => `${name}: ${example}`).join(', ')} };\n`;
  const given = fields.length === 0 ? '' : ', data';
  return `// The command ${type}: what it tells of ${a} that is there, and that it is refused of one that is not.
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const { ${chosen} } = aggregates;
${data}
describe('${type}', () => {
  it('tells ${emits} of every ${words} that was made', () => {
    const made = arbitraryCommands(${camel}, { first: '${maker}', maxLength: 1 });
    fc.assert(
      fc.property(made, (commands) => {
        const { state } = runAll(${camel}, commands);
        fc.pre(state.createdAt !== null);
        given(${camel}, [], state).when('${type}'${given}).thenTypes('${emits}');
      }),
    );
  });

  it('is refused where there is none', () => {
    given(${camel}).when('${type}'${given}).thenRefused('not_found');
  });
});
`;
}
