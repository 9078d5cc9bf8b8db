// The saga framework in the SDK's sandbox: whatever fails, dies, comes late or stops it, at every activity, alone and in pairs. And builds made wrong on purpose.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sagaPlansInProcess } from './in-process.ts';
import { runSagaPlans, type SagaPart, type WrongSaga } from './saga-plans.ts';

test('net effect 0 or 1, undone in reverse order, one end', async (t) => {
  const startedAt = performance.now();
  const [single, pairs] = await Promise.all([sagaPlansInProcess('single'), sagaPlansInProcess('pairs')]);
  t.diagnostic(`${single} + ${pairs} sagas in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  assert.ok(single > 400 && pairs > 1_000, 'hardly anything went wrong');
});

/** Another bundle: each of these texts is replaced, and has to be there. */
function altered(...changes: readonly (readonly [string, string])[]): WrongSaga {
  const alter = (code: string): string =>
    changes.reduce((sofar, [from, to]) => {
      assert.equal(sofar.split(from).length, 2, `the bundle does not say "${from}" once: say here what it says now`);
      return sofar.replace(from, to);
    }, code);
  return { alter };
}

async function brokenBy(wrong: WrongSaga, part: SagaPart = 'single'): Promise<string> {
  const message = await runSagaPlans(part, wrong).then(
    () => 'none',
    (error: Error) => error.message,
  );
  return /^(end|doubled|overtaken|order|net effect|rest): /.exec(message)?.[1] ?? message;
}

describe('wrong builds are found', () => {
  test('an undo that forbids nothing: overtaken by its own step', async () => {
    assert.equal(await brokenBy({ database: true }, 'pairs'), 'overtaken');
  });
  test('undos in the order of the steps: order', async () => {
    const wrong = altered(
      [
        'for(let next = run.undos.at(-1); next; next = run.undos.at(-1)){',
        'for(let next = run.undos.at(0); next; next = run.undos.at(0)){',
      ],
      ['run.undos.pop();', 'run.undos.shift();'],
    );
    assert.equal(await brokenBy(wrong), 'order');
  });
  test('undo registered only once the step has answered: a step whose answer was lost stays', async () => {
    const wrong = altered(
      ['if (step.undo) run.undos.push({', 'if (step.undo) (run.later = run.later ?? []).push({'],
      [
        'run.done.push(name);\n            if (step.final)',
        'run.undos.push(...(run.later ?? []).splice(0)); run.done.push(name);\n            if (step.final)',
      ],
    );
    assert.equal(await brokenBy(wrong), 'net effect');
  });
  test('a saga that goes by what it remembers, not by what the database says: two ends', async () => {
    const remembered = '{ ended: null, steps: run.done.map((name, index) => ({ name, number: index + 1 })) }';
    const wrong = altered(['_object_spread({}, found)', `_object_spread({}, found, ${remembered})`]);
    assert.equal(await brokenBy(wrong), 'end');
  });
});
