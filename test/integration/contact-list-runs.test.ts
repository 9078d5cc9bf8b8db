// Recalculations of whole lists, on real servers: in pages, once whatever fails, one of a list at a time; one that does not come to its end leaves the old
// members. Asked for, or by the schedule.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { violated } from '../../domain/kernel/errors.ts';
import { recalculationWorkflowId, sagaSignals, workflowNames } from '../../workflows/names.ts';
import { resultOf } from '../support/histories/way.ts';
import { listStage } from '../support/list-stage.ts';
import { openProduct, type Product } from '../support/product.ts';
import { untilStuck } from '../support/stuck-run.ts';
import { createSwitchboard, fails } from '../support/switchboard.ts';

let product: Product;
const switchboard = createSwitchboard();
/** Thrown once, in the page after the first that was committed. */
let trouble: Error | undefined;
let committed = 0;
before(async () => {
  product = await openProduct('list_runs');
  const bell = {
    ring: () => {
      committed += 1;
    },
  };
  const clock = {
    now: () => {
      const error = trouble;
      if (error === undefined || committed === 0) return new Date();
      trouble = undefined;
      throw error;
    },
  };
  const database = { ...product.database, bell, clock };
  await product.startWorker((_, activities) => switchboard.wrap(activities), { database });
});
after(() => product?.close());

type Stage = Awaited<ReturnType<typeof listStage>>;
async function recalculate(stage: Stage, withTrouble?: Error): Promise<string> {
  [trouble, committed] = [withTrouble, 0];
  return resultOf(await stage.start(await stage.ask()));
}

describe('a list of more than one page', () => {
  let stage: Stage;
  before(async () => {
    stage = await listStage(product, 600);
  });

  test('one that is refused after a page takes it back: nobody is in the list, and nothing was told', async () => {
    assert.match(await recalculate(stage, violated('test', 'No further.')), /was compensated: rule_violated/);
    assert.equal(trouble, undefined);
    assert.deepEqual([await stage.members(), await stage.traces()], [[], { told: 0, noted: 0 }]);
    const [run] = await stage.runs();
    assert.deepEqual([run?.toChange, run?.changed], [600, 500]);
    assert.match(run?.outcome ?? '', /rule_violated/);
  });

  test('has all who fit in the end, though it failed on the way; told once, and how far it was is there', async () => {
    assert.equal(await recalculate(stage, new Error('The test cuts the connection.')), 'completed');
    assert.equal(trouble, undefined);
    assert.deepEqual(await stage.members(), stage.contactIds.toSorted());
    assert.deepEqual(await stage.traces(), { told: 1, noted: 0 });
    const run = (await stage.runs()).at(-1);
    assert.deepEqual([run?.toChange, run?.changed, run?.outcome], [600, 600, 'completed']);
    const [saga] = await stage.query<{ state: string }>(
      'select state from sagas where tenant_id = $1 and correlation_id = $2',
      run?.id,
    );
    assert.equal(saga?.state, 'completed');
  });

  test('who does not fit any more goes, and comes back when that is not brought to its end', async () => {
    await stage.untag(505);
    const before = await stage.members();
    assert.match(await recalculate(stage, violated('test', 'No further.')), /was compensated/);
    assert.deepEqual(await stage.members(), before);
    assert.equal(await recalculate(stage), 'completed');
    assert.deepEqual(await stage.members(), stage.contactIds.slice(505).toSorted());
  });
});

test('one of a list at a time: whoever asks meanwhile gets that one; given up, it leaves the list as it was', async () => {
  const stage = await listStage(product, 2);
  const runId = await stage.ask();
  switchboard.put(recalculationWorkflowId(runId), 'openRecalculation', fails());
  const handle = await stage.start(runId);
  assert.equal(await stage.ask(), runId);
  await untilStuck({ handle });
  await handle.signal(sagaSignals.abort);
  assert.match(await resultOf(handle), /was failed: aborted/);
  assert.deepEqual([(await stage.runs())[0]?.outcome, await stage.members()], ['aborted', []]);
  assert.notEqual(await stage.ask(), runId);
});

test('a list that was deleted, or whose contacts people choose, is refused', async () => {
  const stage = await listStage(product, 1);
  const runId = await stage.ask();
  await stage.run('contactList', stage.listId, 'contact_list.delete', {});
  assert.match(await resultOf(await stage.start(runId)), /was failed: not_found/);
  assert.match((await stage.runs())[0]?.outcome ?? '', /not_found/);
});

test('the schedule begins what is due and what nobody began, each once, and leaves alone what is not due', async () => {
  const [due, fresh, asked] = [await listStage(product, 1), await listStage(product, 1), await listStage(product, 1)];
  await due.query("update contact_lists set created_at = now() - interval '61 minutes' where tenant_id = $1");
  const askedRun = await asked.ask();
  const look = async (id: string): Promise<void> => {
    const { taskQueue } = product.stack;
    const workflowId = `look-${id}`;
    await product.temporal.client.workflow.execute(workflowNames.recalculateDueLists, { taskQueue, workflowId });
  };
  await look('first');
  const [run] = await due.runs();
  for (const id of [run?.id ?? '', askedRun])
    assert.equal(await resultOf(product.temporal.client.workflow.getHandle(recalculationWorkflowId(id))), 'completed');
  await look('second');
  assert.deepEqual([(await due.runs()).length, (await fresh.runs()).length, (await asked.runs()).length], [1, 0, 1]);
  assert.deepEqual([(await due.members()).length, (await asked.members()).length], [1, 1]);
});
