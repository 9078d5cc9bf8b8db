// What a batch has of sessions: one signal each, that says all of it, in the place of the first; everything else is left as it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SessionNews } from '../../workflows/names.ts';
import type { DeliveredEvent } from './consumer.ts';
import { gatherNews, sessionNews } from './session-news.ts';

const at = (second: number): string => `2026-01-31T12:00:0${second}.000Z`;
const news = (session: number, second: number, what: { messages?: number; look?: boolean }) =>
  sessionNews({ tenantId: 't', aggregateId: `s${session}`, time: at(second) } as DeliveredEvent, what);
const group = { workflow: 'messageGroup', workflowId: 'session-lifecycle-s1', input: {} };

test('of each session one signal with all its news, others as they came', () => {
  const gathered = gatherNews([
    news(1, 2, { look: true }),
    group,
    news(2, 4, { messages: 1 }),
    news(1, 9, { messages: 1 }),
    group,
    news(1, 3, { messages: 1 }),
  ]);
  assert.deepEqual(
    gathered.map(({ workflow, workflowId, signal }) => [workflow, workflowId, signal?.args[0]]),
    [
      ['sessionLifecycle', 'session-lifecycle-s1', { messages: 2, lastMessageAt: at(9), look: true }],
      ['messageGroup', 'session-lifecycle-s1', undefined],
      ['sessionLifecycle', 'session-lifecycle-s2', { messages: 1, lastMessageAt: at(4), look: false }],
      ['messageGroup', 'session-lifecycle-s1', undefined],
    ],
  );
});

test('however a batch is cut, nothing is lost', () => {
  const one = fc.record({ session: fc.nat({ max: 3 }), second: fc.nat({ max: 9 }), look: fc.boolean() });
  fc.assert(
    fc.property(fc.array(one), (events) => {
      const starts = events.map(({ session, second, look }) =>
        news(session, second, look ? { look } : { messages: 1 }),
      );
      const gathered = gatherNews(starts);
      const said = gathered.map(({ signal }) => signal?.args[0] as SessionNews);
      assert.equal(gathered.length, new Set(events.map(({ session }) => session)).size);
      assert.equal(
        said.reduce((sum, { messages }) => sum + messages, 0),
        events.filter(({ look }) => !look).length,
      );
      for (const [index, { workflowId }] of gathered.entries()) {
        const own = events.filter(({ session }) => workflowId.endsWith(`s${session}`));
        const times = own.filter(({ look }) => !look).map(({ second }) => at(second));
        assert.equal(
          said[index]?.look,
          own.some(({ look }) => look),
        );
        assert.equal(said[index]?.lastMessageAt, times.sort().at(-1) ?? null);
      }
    }),
  );
});
