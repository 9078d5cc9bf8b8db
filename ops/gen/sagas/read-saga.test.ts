// What the page of sagas reads out of their sources.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { allSagas } from '../sagas-page.ts';
import { diagramOf } from './diagram.ts';
import { readSaga } from './read-saga.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'sagas-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string) {
  const file = path.join(folder, `${Math.random()}.ts`);
  writeFileSync(file, text);
  return readSaga('example', file);
}

test('steps come in their order, with what takes them back, also those of a function that is given the saga', () => {
  const inbound = allSagas().find(({ workflow }) => workflow === 'processInboundMessage');
  assert.deepEqual(
    inbound?.steps.map(({ name, undo }) => [name, undo]),
    [
      ['validate', null],
      ['finish', null],
      ['contact', 'undoFindOrCreateContact'],
      ['session', 'undoFindOrStartSession'],
      ['message', 'undoStoreMessage'],
      ['record', 'undoRecordMessage'],
      ['enrichment', 'undoRequestEnrichment'],
      ['finish', null],
    ],
  );
  assert.deepEqual(
    [inbound.timeoutMs, inbound.sagaType, inbound.steps[6]?.condition, inbound.steps[6]?.canSkip],
    [86_400_000, 'ProcessInboundMessage', 'validated.enrichable', true],
  );
});

test('a diagram passes a step that is taken only sometimes, and goes back through the undos in reverse order', () => {
  const shape = read(`// Does it.
const timeoutMs = 2 * 1_000;
const poked = defineSignal('poked');
export async function example(input: { id: string }): Promise<void> {
  setHandler(poked, () => undefined);
  await runSaga({ sagaType: 'Example', timeoutMs }, async ({ step }) => {
    const made = await step('make', { run: () => make(input), undo: () => unmake(input) });
    if (made.big) await step('check', { run: () => check(input), undo: uncheck, skip: () => null });
    else await step('glance', { run: () => glance(input) });
    await step('end', { run: () => finish(input), final: true });
  });
}
`);
  assert.deepEqual([shape.contract, shape.timeoutMs, shape.signals], ['Does it.', 2_000, ['poked']]);
  const lines = diagramOf(shape).map((line) => line.trim());
  for (const line of [
    '[*] --> make',
    'make --> check: made.big',
    'make --> glance: not (made.big)',
    'check --> end',
    'glance --> end',
    'end --> [*]',
    '[*] --> undo_check',
    'undo_check --> undo_make',
    'stuck --> running: retry, skip',
  ])
    assert.ok(lines.includes(line), `${line} is not in\n${lines.join('\n')}`);
});

test('one that opens its run by itself is shown by what it does again and again', () => {
  const shape = read(`// Looks after it.
const place = { name: 'tend', number: 1 };
export async function example(): Promise<void> {
  const run = openRun({ sagaType: 'Example', timeoutMs: 1 });
}
`);
  assert.deepEqual([shape.tends, shape.timeoutMs, shape.steps], ['tend', null, []]);
  assert.ok(diagramOf(shape).includes('  stuck --> tend: retry, or by itself'));
});

test('every workflow is read, and a saga type that is no constant is told', () => {
  for (const { workflow, sagaType, steps, contract } of allSagas()) {
    assert.ok(contract.length > 20, workflow);
    assert.ok(sagaType === null || sagaType.length > 3, workflow);
    assert.equal(new Set(steps.map(({ run }) => run)).has(''), false, workflow);
  }
  assert.throws(() => read('export async function example() { return openRun({ sagaType: f(), timeoutMs: 1 }); }'));
  assert.throws(() => read('export const other = 1;'), /exports no function example/);
});
