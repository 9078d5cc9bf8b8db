// What a workflow is, read from its source: its steps in their order with what takes them back, its time-out, the signals it takes.
import { dirname, join } from 'node:path';
import type { CallExpression, Expression, Node, ObjectExpression } from 'oxc-parser';
import * as names from '../../../workflows/names.ts';
import {
  constantOf,
  contractOf,
  functionOf,
  importOf,
  numberOf,
  type Source,
  sourceOf,
  textOf,
  walk,
} from './syntax.ts';

/** A step. `run`, `undo`: the functions that are called. `condition`: it is taken only then. `endsEarly`: nothing comes after it. */
export type StepShape = {
  readonly name: string;
  readonly run: string;
  readonly undo: string | null;
  readonly isFinal: boolean;
  readonly canSkip: boolean;
  readonly condition: string | null;
  readonly endsEarly: boolean;
};

/** A workflow. `sagaType` null: it is none, but helps one. `timeoutMs` null: it has none. `tends`: the one thing that it does again and again, as long as what it looks after is there. */
export type SagaShape = {
  readonly workflow: string;
  readonly file: string;
  readonly sagaType: string | null;
  readonly contract: string;
  readonly timeoutMs: number | null;
  readonly steps: readonly StepShape[];
  readonly tends: string | null;
  readonly signals: readonly string[];
  readonly continuesAsNew: boolean;
};

/** Reads the workflow that a file exports under a name. */
export function readSaga(workflow: string, file: string): SagaShape {
  const source = sourceOf(file);
  const main = functionOf(source, workflow);
  if (!main) throw new Error(`${file} exports no function ${workflow}.`);
  const definition = definitionOf(main);
  const tends = tendedBy(source, main);
  const timeout = tends === null && definition ? propertyOf(definition, 'timeoutMs') : undefined;
  return {
    workflow,
    file,
    sagaType: definition ? namedText(propertyOf(definition, 'sagaType')) : null,
    contract: contractOf(source),
    timeoutMs: timeout ? numberOf(source, timeout) : null,
    steps: stepsOf(source, main),
    tends,
    signals: signalsOf(source),
    continuesAsNew: /continueAsNew/i.test(source.text),
  };
}

/** The object that says what a saga is: the one with `sagaType`. */
function definitionOf(main: Node): ObjectExpression | undefined {
  let found: ObjectExpression | undefined;
  walk(main, (node) => {
    if (node.type === 'ObjectExpression' && propertyOf(node, 'timeoutMs')) found ??= node;
    return true;
  });
  return found;
}

/** A workflow that opens its run by itself has one place, `const place = { name: … }`, and no steps. */
function tendedBy(source: Source, main: Node): string | null {
  let isEntity = false;
  walk(main, (node) => {
    if (node.type === 'CallExpression' && textOf(source, node.callee) === 'openRun') isEntity = true;
    return !isEntity;
  });
  const place = isEntity ? constantOf(source, 'place') : undefined;
  const name = place?.type === 'ObjectExpression' ? propertyOf(place, 'name') : undefined;
  return name ? namedText(name) : null;
}

function propertyOf({ properties }: ObjectExpression, name: string): Expression | undefined {
  for (const property of properties)
    if (property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === name)
      return property.value;
  return undefined;
}

/** The text that a constant of workflows/names.ts holds, or a literal. */
function namedText(expression: Expression | undefined): string {
  if (expression?.type === 'Literal' && typeof expression.value === 'string') return expression.value;
  const value = expression?.type === 'Identifier' && (names as Readonly<Record<string, unknown>>)[expression.name];
  if (typeof value === 'string') return value;
  throw new Error('A saga type or signal is a constant of workflows/names.ts, or a literal.');
}

/** The steps of a function, and of those it calls with its saga, wherever they are. */
function stepsOf(source: Source, within: Node): StepShape[] {
  const steps: StepShape[] = [];
  walk(within, (node, parents) => {
    if (node.type !== 'CallExpression') return true;
    const { callee, arguments: given } = node;
    const called = callee.type === 'MemberExpression' ? callee.property : callee;
    if (called.type !== 'Identifier') return true;
    if (called.name === 'step') {
      const [name, what] = given;
      if (name?.type === 'Literal' && what?.type === 'ObjectExpression')
        steps.push({ ...shapeOf(source, String(name.value), what), ...courseOf(source, node, parents) });
      return false;
    }
    if (callee.type === 'Identifier' && isGivenSaga(node)) steps.push(...stepsElsewhere(source, called.name));
    return true;
  });
  return steps;
}

const isGivenSaga = ({ arguments: given }: CallExpression): boolean =>
  given[0]?.type === 'Identifier' && given[0].name === 'saga';

function stepsElsewhere(source: Source, name: string): StepShape[] {
  const from = importOf(source, name);
  const place = from?.startsWith('.') ? sourceOf(join(dirname(source.path), from)) : source;
  const target = functionOf(place, name);
  return target ? stepsOf(place, target) : [];
}

function shapeOf(source: Source, name: string, what: ObjectExpression): Omit<StepShape, 'condition' | 'endsEarly'> {
  const undo = propertyOf(what, 'undo');
  const run = propertyOf(what, 'run');
  return {
    name,
    run: run ? calledBy(source, run) : '',
    undo: undo ? calledBy(source, undo) : null,
    isFinal: propertyOf(what, 'final') !== undefined,
    canSkip: propertyOf(what, 'skip') !== undefined,
  };
}

/** The last of the functions that an arrow calls: the others only wrap it. */
function calledBy(source: Source, expression: Expression): string {
  if (expression.type !== 'ArrowFunctionExpression') return textOf(source, expression).replace(/^steps\./, '');
  let called = '';
  walk(expression.body, (node) => {
    if (node.type === 'CallExpression') called = textOf(source, node.callee).replace(/^.*\./, '');
    return true;
  });
  return called;
}

/** What stands in the `if` around a step, and whether it is returned there. */
function courseOf(source: Source, node: Node, parents: readonly Node[]): Pick<StepShape, 'condition' | 'endsEarly'> {
  const around = parents.toReversed().find((one) => one.type === 'IfStatement');
  if (around?.type !== 'IfStatement') return { condition: null, endsEarly: false };
  const text = textOf(source, around.test);
  // Those that begin now take it.
  if (text.startsWith('patched(')) return { condition: null, endsEarly: false };
  const isElse = around.alternate !== null && around.alternate.start <= node.start;
  const endsEarly = parents.slice(parents.indexOf(around)).some(({ type }) => type === 'ReturnStatement');
  return { condition: isElse ? `not (${text})` : text, endsEarly };
}

function signalsOf(source: Source): string[] {
  const signals: string[] = [];
  walk(source.program, (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'setHandler')
      return true;
    const [first] = node.arguments;
    const made = first?.type === 'Identifier' ? constantOf(source, first.name) : first;
    if (made?.type === 'CallExpression' && textOf(source, made.callee) === 'defineSignal')
      signals.push(namedText(made.arguments[0] as Expression));
    return true;
  });
  return signals;
}
