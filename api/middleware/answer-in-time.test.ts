// The deadline of a request: kept whatever hangs behind it, standing still while the caller sends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import type { ApiEnv } from '../api-deps.ts';
import { answerProblem, problemOf } from '../problem.ts';
import { answerInTime } from './answer-in-time.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function app(handle: (deadline: ApiEnv['Variables']['deadline']) => Promise<unknown>) {
  const one = new Hono<ApiEnv>();
  one.use(answerInTime(100));
  one.get('/', async (c) => {
    await handle(c.get('deadline'));
    return c.text('done');
  });
  one.onError((error, c) => answerProblem(c, problemOf(error, 'request')));
  return one;
}

test('what hangs is answered with 503 and when to try again', async () => {
  const answer = await app(() => new Promise(() => {})).request('/');
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get('retry-after'), '2');
});

test('what is done in time is not touched', async () => {
  assert.equal(await (await app(async () => {}).request('/')).text(), 'done');
});

test('the time it takes the caller to send does not count', async () => {
  const answer = await app(async (deadline) => {
    deadline?.pause();
    await pause(250);
    deadline?.resume();
  }).request('/');
  assert.equal(await answer.text(), 'done');
});
