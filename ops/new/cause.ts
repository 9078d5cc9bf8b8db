// How an event comes about in the test that causes every event: a call or a command on a new thing, made as the other causes of its aggregate make one.
import type { Draft } from './draft.ts';
import { insertAtEnd, needImports } from './insert.ts';
import { sourcesIn } from './project.ts';
import { basePathOf, type RoutedCommand } from './route.ts';

/** Adds the cause of the event that a command tells; false: what makes the thing there is not of a form that is known here. Nothing to do where the event has a cause. */
export function addCause(
  draft: Draft,
  command: RoutedCommand & { readonly emits: string },
  caller: string | undefined,
): boolean {
  const { type, verb, emits, aggregate, fields } = command;
  const { name } = aggregate;
  const files = sourcesIn(draft, 'test/causes');
  if (files.some((file) => draft.text(file).includes(`'${emits}':`))) return true;
  const open = `export const ${name.camel}Causes: Causes = {`;
  const file = files.find((one) => draft.text(one).includes(open));
  const thing = file && newThingOf(draft, file, name.pascal);
  if (!file || !thing) return false;
  const example = fields.map((field) => `${field.name}: ${field.example}`).join(', ');
  const made = `await ${thing.maker}(world)`;
  if (caller === undefined) {
    const body = fields.length === 0 ? '' : `, { ${example} }`;
    const path = thing.gives === 'path' ? `\${${made}}` : `${basePathOf(draft, name.snake)}/\${${made}}`;
    const call = `world.call('POST', \`${path}/${verb.replaceAll('_', '-')}\`${body})`;
    insertAtEnd(draft, file, { open, close: '\n};' }, `  '${emits}': byHttp(async (world) => ${call}),`);
    needImports(draft, file, ['byHttp'], './cause.ts');
    return true;
  }
  if (thing.gives === 'path') return false;
  const run = `world.run('${name.camel}', ${made}, { type: '${type}', data: {${example === '' ? '' : ` ${example} `}} })`;
  const who = caller.trim().replaceAll("'", '’');
  insertAtEnd(draft, file, { open, close: '\n};' }, `  '${emits}': byCommand('${who}', async (world) => ${run}),`);
  needImports(draft, file, ['byCommand'], './cause.ts');
  return true;
}

/** The function by which the causes make a thing, and whether it gives the id or the path. */
function newThingOf(
  draft: Draft,
  file: string,
  thing: string,
): { readonly maker: string; readonly gives: 'id' | 'path' } | undefined {
  const maker = `new${thing}`;
  const shared = 'test/causes/things.ts';
  for (const place of [file, shared]) {
    const text = draft.text(place);
    const begin = text.indexOf(`async function ${maker}(`);
    if (begin < 0) continue;
    const body = text.slice(begin).split('\n}\n')[0] ?? '';
    const [, parameters] = /^[^(]*\(([\s\S]*?)\): Promise<string>/.exec(body) ?? [];
    if (parameters === undefined || !needsWorldOnly(parameters)) return undefined;
    if (place === shared) needImports(draft, file, [maker], './things.ts');
    return { maker, gives: body.includes('return `/v1') ? 'path' : 'id' };
  }
  return undefined;
}

/** Whether a function can be called with the world alone: what it takes besides has defaults. */
function needsWorldOnly(parameters: string): boolean {
  const [, ...others] = parameters.replaceAll(/\{[^{}]*\}/g, '').split(',');
  return others.every((one) => one.trim() === '' || /=|\?:/.test(one));
}
