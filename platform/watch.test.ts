// A watched figure: the last answer, none while there is none, and each change told once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Watched, watch } from './watch.ts';

test('an answer that stays away is forgotten, and told once; the next one counts again', async () => {
  const answers: (number | Error)[] = [1, new Error('away'), new Error('still away'), 2];
  const told: string[] = [];
  const seen: (number | undefined)[] = [];
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let figure: Watched<number> | undefined;
  figure = watch(
    async () => {
      // What the question before this one left.
      seen.push(figure?.current());
      const answer = answers.shift();
      if (answer === undefined) finish();
      if (answer instanceof Error) throw answer;
      return answer ?? 0;
    },
    { everyMs: 1, onChange: (error) => told.push(error instanceof Error ? error.message : 'back') },
  );
  await finished;
  await figure.stop();
  assert.deepEqual(seen.slice(0, 5), [undefined, 1, undefined, undefined, 2]);
  assert.deepEqual(told, ['away', 'back']);
});
