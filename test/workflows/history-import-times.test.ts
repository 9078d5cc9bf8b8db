// ImportHistory as time goes by: a pause of weeks, a gateway that is away for hours, one that never comes back, and more pages than one history holds.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type ImportPartProgress, importPartId, importProgressQuery, workflowNames } from '../../workflows/names.ts';
import { openSkippedTime, type SkippedTime } from '../support/skipped-time.ts';
import { trouble } from '../support/switchboard.ts';

const hour = 3_600_000;
const day = 24 * hour;
let time: SkippedTime;
before(async () => {
  time = await openSkippedTime();
});
after(() => time.close());

type Sets = (asked: number) => Promise<string>;

/** An import whose sets of pages find this, in turn. */
async function begin(pages: Sets) {
  const input = {
    ...{ tenantId: 't', channelId: randomUUID(), correlationId: randomUUID() },
    requestedAt: '2026-01-31T12:00:00.000Z',
  };
  const calls: string[] = [];
  const reasons: string[] = [];
  let sets = 0;
  const note = (name: string) => async () => void calls.push(name);
  const handle = await time.start(workflowNames.importHistory, input, {
    openImport: note('open'),
    listHistoryChats: async () => ({ standing: 'done', tally: {} }),
    importHistoryPages: async () => {
      sets += 1;
      return { standing: await pages(sets), tally: { messagesImported: sets } };
    },
    undoHistoryImport: note('undo'),
    endImportedSessions: note('sessions'),
    completeImport: note('complete'),
    settleImport: async (_: object, { reason }: { reason: string }) => void reasons.push(reason),
  });
  return {
    handle,
    calls,
    reasons,
    sets: () => sets,
    part: time.client.workflow.getHandle(importPartId(input, 'messages')),
  };
}

test('paused for a week: it goes on when it is resumed, whether or not a signal comes, and waiting fills no history', async () => {
  const since = await time.now();
  const run = await begin(async (asked) =>
    asked > 1 && (await time.now()) - since < 7 * day ? 'paused' : asked > 1 ? 'done' : 'more',
  );
  assert.equal(await time.endOf(run.handle, day), 'completed');
  assert.deepEqual(run.calls, ['open', 'sessions', 'complete']);
  const { historyLength } = await run.part.describe();
  assert.ok(historyLength < 1_100, `${historyLength} events`);
});

test('more pages than one history holds: it continues as new, and knows what it knew', async () => {
  const run = await begin(async (asked) => (asked < 400 ? 'more' : 'done'));
  assert.equal(await time.endOf(run.handle), 'completed');
  assert.equal(run.sets(), 400);
  const { historyLength, runId } = await run.part.describe();
  const first = await run.handle.fetchHistory();
  const begun = first.events?.find(({ childWorkflowExecutionStartedEventAttributes: child }) =>
    child?.workflowExecution?.workflowId?.endsWith('-messages'),
  );
  assert.notEqual(begun?.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.runId, runId);
  assert.ok(historyLength < 1_100, `${historyLength} events`);
  const { sets, tally } = await run.part.query<ImportPartProgress>(importProgressQuery);
  assert.deepEqual([sets, tally], [400, { messagesImported: 400 }]);
});

test('a gateway that is away for half a day: it looks again by itself and goes on', async () => {
  const since = await time.now();
  const run = await begin(async () => {
    if ((await time.now()) - since < 12 * hour) throw trouble('unavailable');
    return 'done';
  });
  assert.equal(await time.endOf(run.handle, hour), 'completed');
  assert.deepEqual(run.calls, ['open', 'sessions', 'complete']);
});

test('nobody resumes it: after thirty days it is taken back, and told why', async () => {
  const run = await begin(async () => 'paused');
  await time.endOf(run.handle, day);
  assert.deepEqual([run.calls, run.reasons], [['open', 'undo'], ['timed_out']]);
});
