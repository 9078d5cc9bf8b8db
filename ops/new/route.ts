// Where a command is taken: its line in `api/routes.ts`, and the verb of its aggregate's resource.
import type { Draft } from './draft.ts';
import type { Field } from './fields.ts';
import { insertAtEnd, needImports } from './insert.ts';
import { type Aggregate, commandsOf, sourcesIn } from './project.ts';
import { doing, operationIdOf, Refusal } from './words.ts';

const routes = 'api/routes.ts';
const scopes = ['write', 'send', 'admin'];

/** What of a command matters here. */
export type RoutedCommand = {
  readonly type: string;
  readonly verb: string;
  readonly aggregate: Aggregate;
  readonly fields: readonly Field[];
};

/** A command that sagas or integrations run. */
export function internalRoute(draft: Draft, { name }: Aggregate, type: string, who: string): void {
  if (who.trim().length < 6)
    throw new Refusal('--internal says who runs the command, like --internal "a step of the saga shipOrder".');
  addLine(draft, name.snake, `  '${type}': internal('${who.trim().replaceAll("'", '’')}'),`);
}

/** A command that a person runs: `POST /v1/things/{id}/verb`. */
export function addRoute(
  draft: Draft,
  { type, verb, aggregate, fields }: RoutedCommand,
  { scope = 'write', summary }: { readonly scope?: string | undefined; readonly summary?: string | undefined },
): void {
  const { name } = aggregate;
  if (!scopes.includes(scope))
    throw new Refusal(`--scope ${scope} is none that a route can need: write one of ${scopes.join(', ')}.`);
  const base = basePathOf(draft, name.snake);
  const file = resourceOf(draft, name.snake);
  if (base === undefined || file === undefined)
    throw new Refusal(
      `${name.words} has no resource with verbs in api/resources: say who runs the command with --internal, or write its route by hand.`,
    );
  const more = scope === 'write' ? '' : `, '${scope}'`;
  addLine(draft, name.snake, `  '${type}': post('${base}/{id}/${verb.replaceAll('_', '-')}'${more}),`);
  const body = fields.length === 0 ? '' : `\n    body: ${aggregate.commands}['${type}'].strict(),`;
  const operationId = operationIdOf(verb, name);
  insertAtEnd(
    draft,
    file,
    { open: 'Routes: readonly Route[] = [', close: '\n];' },
    `  verb('${type}', commandRoutes['${type}'], {
    operationId: '${operationId}',
    summary: '${(summary ?? `${doing(verb)} ${name.a}`).replaceAll("'", '’')}',${body}
  }),`,
  );
  if (fields.length === 0) return;
  needImports(draft, file, [aggregate.commands], `../../domain/${aggregate.folder}/commands.ts`);
  const example = fields.map((field) => `${field.name}: ${field.example}`).join(', ');
  insertAtEnd(
    draft,
    'test/security/tenant-isolation.test.ts',
    { open: 'const bodies: Readonly<Record<string, unknown>> = {', close: '\n};' },
    `  ${operationId}: { ${example} },`,
  );
}

/** `/v1/chats` of `/v1/chats/{id}/close`. */
export function basePathOf(draft: Draft, aggregate: string): string | undefined {
  const paths = [...commandsOf(draft, aggregate).values()].flatMap((path) => (path?.includes('/{id}') ? [path] : []));
  return paths.map((path) => path.split('/{id}')[0] ?? '').sort((one, other) => one.length - other.length)[0];
}

/** The file that mounts most of an aggregate's commands as verbs. */
function resourceOf(draft: Draft, aggregate: string): string | undefined {
  const count = (file: string): number => draft.text(file).split(`'${aggregate}.`).length - 1;
  return sourcesIn(draft, 'api/resources')
    .filter((file) => /\bverb\b/.test(draft.text(file)) && draft.text(file).includes('Routes: readonly Route[] = ['))
    .filter((file) => count(file) > 0)
    .sort((one, other) => count(other) - count(one))[0];
}

/** After the last line of the aggregate's commands. */
function addLine(draft: Draft, aggregate: string, line: string): void {
  draft.edit(routes, (text) => {
    const lines = text.split('\n');
    const last = lines.findLastIndex((one) => one.startsWith(`  '${aggregate}.`));
    const end = last < 0 ? -1 : lines.findIndex((one, index) => index >= last && /\),$/.test(one));
    if (end < 0) throw new Refusal(`${routes} has no command of ${aggregate}: add the line by hand: ${line.trim()}`);
    return lines.toSpliced(end + 1, 0, line).join('\n');
  });
}
