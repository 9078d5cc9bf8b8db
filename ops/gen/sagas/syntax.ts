// Reads TypeScript as a tree, for what derives from source: parsed once a file, walked in the order in which it is written.
import { readFileSync } from 'node:fs';
import { type Expression, type Node, type Program, parseSync } from 'oxc-parser';

/** A file's tree and its text. */
export type Source = { readonly path: string; readonly text: string; readonly program: Program };

const parsed = new Map<string, Source>();

/** Parses a file. Throws when it is no TypeScript. */
export function sourceOf(path: string): Source {
  const known = parsed.get(path);
  if (known) return known;
  const text = readFileSync(path, 'utf8');
  const { program, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const source = { path, text, program };
  parsed.set(path, source);
  return source;
}

/** The text of a node, as it is written. */
export const textOf = ({ text }: Source, { start, end }: Node): string => text.slice(start, end);

/** The comment that opens a file, as one line. */
export function contractOf({ text }: Source): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join(' ');
}

/** Visits a node and what is inside, parents first, with the parents (the nearest last); false: not what is inside. */
export function walk(
  node: Node,
  visit: (node: Node, parents: readonly Node[]) => boolean | undefined,
  parents: readonly Node[] = [],
): void {
  if (visit(node, parents) === false) return;
  for (const child of childrenOf(node)) walk(child, visit, [...parents, node]);
}

function childrenOf(node: Node): Node[] {
  return Object.values(node as unknown as Record<string, unknown>)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;

/** What a file's constant is set to, or the type's parameters apart, what a name of it stands for; undefined: not in this file. */
export function constantOf({ program }: Source, name: string): Expression | undefined {
  for (const statement of program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declaration.declarations)
      if (id.type === 'Identifier' && id.name === name && init) return init;
  }
  return undefined;
}

/** A number that is written as a product of numbers and of the file's constants. Throws for anything else. */
export function numberOf(source: Source, expression: Expression): number {
  if (expression.type === 'Literal' && typeof expression.value === 'number') return expression.value;
  if (expression.type === 'BinaryExpression' && expression.operator === '*')
    return numberOf(source, expression.left) * numberOf(source, expression.right);
  const named = expression.type === 'Identifier' ? constantOf(source, expression.name) : undefined;
  if (named) return numberOf(source, named);
  throw new Error(`${source.path}: ${textOf(source, expression)} is no number to multiply`);
}

/** A function of a file by its name. */
export function functionOf({ program }: Source, name: string): Node | undefined {
  for (const statement of program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type === 'FunctionDeclaration' && declaration.id?.name === name) return declaration;
  }
  return undefined;
}

/** Where a name was imported from, as it is written; undefined: it was not. */
export function importOf({ program }: Source, name: string): string | undefined {
  for (const statement of program.body)
    if (statement.type === 'ImportDeclaration' && statement.specifiers.some(({ local }) => local.name === name))
      return statement.source.value;
  return undefined;
}
