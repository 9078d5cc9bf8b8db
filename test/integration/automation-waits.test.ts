// Automations whose trigger waits, on real servers: begun by events, ended by answers, moves and edits, fired after their time, also by another worker. What
// is left in the tables, and what the API says of it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { tellWaits } from '../../api/tell-waits.ts';
import { inTenant } from '../../db/transaction.ts';
import type { Trigger } from '../../domain/automation/triggers.ts';
import { sagaSignals, waitNewsSignal } from '../../workflows/names.ts';
import { eventually } from '../support/eventually.ts';
import { resultOf } from '../support/histories/way.ts';
import { openProduct, type Product, type RunningWorker } from '../support/product.ts';
import { movedClock, waitStage } from '../support/wait-stage.ts';

let product: Product;
let worker: RunningWorker;
let clock: ReturnType<typeof movedClock>;
const startWorker = () => product.startWorker(undefined, { database: clock.database });
before(async () => {
  product = await openProduct('automation_waits');
  clock = movedClock(product.database);
  worker = await startWorker();
});
after(() => product?.close());

const silence = (of: 'contact' | 'agent', minutes = 30): Trigger => ({ type: 'no_response.timeout', minutes, of });
type Stage = Awaited<ReturnType<typeof waitStage>>;

/** The event has its workflow wait; gives the event's id. */
async function begun(stage: Stage, aggregateId: string, type = 'message.created'): Promise<string> {
  const [eventId] = await stage.hear(aggregateId, type);
  assert.ok(eventId);
  await eventually(async () => (await stage.wait(eventId)) !== undefined);
  return eventId;
}

/** It has ended; gives how, and that the list of sagas and the reasons of its rule agree. */
async function outcomeOf(stage: Stage, eventId: string): Promise<string> {
  await eventually(async () => (await stage.wait(eventId))?.endedAt, { timeoutMs: 10_000 });
  assert.equal(await resultOf(stage.handleOf(eventId)), 'completed');
  const outcome = (await stage.wait(eventId))?.outcome ?? '';
  const [saga] = await stage.query<{ state: string; reason: string }>(
    "select state, reason from sagas where tenant_id = $1 and workflow_id = $2 and saga_type = 'AutomationWait'",
    stage.handleOf(eventId).workflowId,
  );
  assert.deepEqual(saga, { state: 'completed', reason: outcome });
  assert.equal((await stage.runs()).filter(({ event }) => event === eventId).length, outcome === 'fired' ? 1 : 0);
  return outcome;
}

/** Its time goes by, and it looks. */
async function over(stage: Stage, eventId: string, minutes: number): Promise<string> {
  clock.skip(minutes);
  try {
    await stage.handleOf(eventId).signal(waitNewsSignal);
    return await outcomeOf(stage, eventId);
  } finally {
    clock.skip(-minutes);
  }
}

describe('a contact who does not answer', () => {
  test('sets the rule off after its time, once, though the worker went meanwhile and the event came again', async () => {
    const stage = await waitStage(product, silence('contact'));
    const eventId = await begun(stage, await stage.say(true));
    const dueInMs = ((await stage.wait(eventId))?.dueAt.getTime() ?? 0) - clock.database.clock.now().getTime();
    assert.ok(Math.abs(dueInMs - 30 * 60_000) < 20_000, `due in ${dueInMs} ms`);
    await worker.stop();
    worker = await startWorker();
    assert.equal(await over(stage, eventId, 30), 'fired');
    const [run] = await stage.query<{ type: string; about: string }>(
      'select trigger_type as type, contact_id as about from automation_runs where tenant_id = $1',
    );
    assert.deepEqual(run, { type: 'no_response.timeout', about: stage.contactId });
    const message = await stage.query<{ id: string }>('select id from messages where tenant_id = $1');
    await stage.hear(message[0]?.id ?? '', 'message.created');
    assert.deepEqual([(await stage.runs()).length, await stage.reasons(eventId)], [1, ['conditions_met']]);
    const told = await stage.query<{ type: string }>(
      "select event_type as type from outbox_events where tenant_id = $1 and event_type like 'automation_rule.%'",
    );
    assert.deepEqual(told, [{ type: 'automation_rule.triggered' }]);
  });

  test('has answered: the waiting ends at once; a further message of ours begins another', async () => {
    const stage = await waitStage(product, silence('contact'));
    const first = await begun(stage, await stage.say(true));
    const second = await begun(stage, await stage.say(true));
    assert.equal(await outcomeOf(stage, first), 'overtaken');
    await stage.hear(await stage.say(false), 'message.created');
    assert.equal(await outcomeOf(stage, second), 'answered');
    assert.deepEqual(await stage.reasons(second), ['answered']);
  });

  test('has answered, and nobody told the workflow: the rows are looked at again when its time is over', async () => {
    const stage = await waitStage(product, silence('contact'));
    const eventId = await begun(stage, await stage.say(true));
    await stage.say(false);
    assert.equal(await over(stage, eventId, 30), 'answered');
  });
});

describe('an agent who does not answer', () => {
  test('the first message counts that nobody answered; ours ends the waiting, a closed session too', async () => {
    const stage = await waitStage(product, silence('agent'));
    const first = await begun(stage, await stage.say(false));
    const [next] = await stage.hear(await stage.say(false), 'message.created');
    assert.equal(await resultOf(stage.handleOf(next ?? '')), 'completed');
    assert.deepEqual(
      [await stage.reasons(next ?? ''), (await stage.wait(next ?? ''))?.outcome],
      [['overtaken'], 'overtaken'],
    );
    await stage.hear(await stage.say(true), 'message.created');
    assert.equal(await outcomeOf(stage, first), 'answered');
    const later = await begun(stage, await stage.say(false));
    await stage.run('session', stage.sessionId, 'session.close', { reason: 'agent_close' });
    await stage.hear(stage.sessionId, 'session.ended');
    assert.equal(await outcomeOf(stage, later), 'session_closed');
  });

  test('what was imported from the past begins nothing', async () => {
    const stage = await waitStage(product, silence('agent'));
    const [eventId] = await stage.hear(await stage.say(false, { source: 'history_import' }), 'message.created');
    await assert.rejects(stage.handleOf(eventId ?? '').describe());
  });
});

describe('after a delay', () => {
  const moved: Trigger = { type: 'after.delay', minutes: 60, after: 'status.changed' };
  const move = async (stage: Stage, to: Stage['first']) => {
    await stage.run('contact', stage.contactId, 'contact.move_status', { pipelineId: stage.pipelineId, ...to });
  };

  test('the contact is still in the status: it fires; it has left it: it does not', async () => {
    for (const leaves of [false, true]) {
      const stage = await waitStage(product, moved);
      await move(stage, stage.second);
      const eventId = await begun(stage, stage.contactId, 'contact.pipeline_status_changed');
      if (leaves) await move(stage, stage.first);
      if (leaves) await stage.hear(stage.contactId, 'contact.pipeline_status_changed');
      assert.equal(
        leaves ? await outcomeOf(stage, eventId) : await over(stage, eventId, 60),
        leaves ? 'left' : 'fired',
      );
    }
  });

  test('the contact has left the pipeline, the automation was switched off, its trigger is another: no rule fires', async () => {
    const received: Trigger = { type: 'after.delay', minutes: 60, after: 'message.received' };
    const endings: Readonly<Record<string, (stage: Stage) => Promise<unknown>>> = {
      left: async ({ run, contactId, pipelineId, hear }) => {
        await run('contact', contactId, 'contact.exit_pipeline', { pipelineId, reason: 'won' });
        await hear(contactId, 'contact.exited_pipeline');
      },
      disabled: async ({ run, automationId, hear }) => {
        await run('automation', automationId, 'automation.disable', {});
        await hear(automationId, 'automation.disabled');
      },
      enabled_later: async ({ run, automationId, hear }) => {
        await run('automation', automationId, 'automation.disable', {});
        await run('automation', automationId, 'automation.enable', {});
        await hear(automationId, 'automation.disabled');
      },
    };
    for (const [reason, act] of Object.entries(endings)) {
      const stage = await waitStage(product, received);
      const eventId = await begun(stage, await stage.say(false));
      await act(stage);
      assert.equal(await outcomeOf(stage, eventId), reason);
    }
    const stage = await waitStage(product, received);
    const eventId = await begun(stage, await stage.say(false));
    const trigger = { type: 'message.received' };
    await stage.run('automation', stage.automationId, 'automation.update', { trigger });
    assert.equal(await over(stage, eventId, 60), 'other_trigger');
    assert.deepEqual(await stage.reasons(eventId), []);
  });

  test('a changed trigger moves what waits; conditions are those of the end', async () => {
    const conditions = [{ field: 'contact.tags', operator: 'contains', value: 'vip' }];
    const stage = await waitStage(
      product,
      { type: 'after.delay', minutes: 600, after: 'message.received' },
      conditions,
    );
    const eventId = await begun(stage, await stage.say(false));
    const trigger = { type: 'after.delay', minutes: 5, after: 'message.received' };
    await stage.run('automation', stage.automationId, 'automation.update', { trigger });
    const { database, temporal } = product;
    await inTenant(database.pool, stage.tenantId, (tx) => tellWaits({ temporal }, tx, stage.automationId));
    const soon = Date.now() + 6 * 60_000;
    await eventually(async () => ((await stage.wait(eventId))?.dueAt.getTime() ?? soon) < soon);
    await stage.run('contact', stage.contactId, 'contact.add_tag', { tag: 'vip' });
    assert.equal(await over(stage, eventId, 5), 'fired');
  });
});

test('one whose rules can not fire does not wait: it says why at once', async () => {
  const stage = await waitStage(product, silence('contact'));
  const pipelineId = randomUUID();
  const other = { ...(await stage.query<{ rules: object }>('select rules from automations where tenant_id = $1'))[0] };
  const automationId = randomUUID();
  const { projectId, run } = stage;
  const made = { automationId, projectId, pipelineId, name: 'Other', trigger: silence('contact'), ...other };
  await run('automation', automationId, 'automation.create', made);
  await run('automation', automationId, 'automation.enable', {});
  await begun(stage, await stage.say(true));
  await eventually(async () =>
    (
      await stage.query<{ reason: string }>(
        'select reason from automation_evaluations where tenant_id = $1 and automation_id = $2',
        automationId,
      )
    ).some(({ reason }) => reason === 'other_pipeline'),
  );
  const waits = await stage.query(
    'select id from automation_waits where tenant_id = $1 and automation_id = $2',
    automationId,
  );
  assert.deepEqual(waits, []);
});

test('an operator gives it up, or it is cancelled: nothing fires, and it is said', async () => {
  for (const how of ['aborted', 'cancelled']) {
    const stage = await waitStage(product, silence('contact'));
    const eventId = await begun(stage, await stage.say(true));
    const handle = stage.handleOf(eventId);
    if (how === 'aborted') await handle.signal(sagaSignals.abort);
    else await handle.cancel();
    assert.notEqual(await resultOf(handle), 'completed');
    const [saga] = await stage.query<{ state: string; reason: string }>(
      'select state, reason from sagas where tenant_id = $1 and workflow_id = $2',
      handle.workflowId,
    );
    assert.deepEqual([saga?.state, saga?.reason, (await stage.wait(eventId))?.outcome], ['failed', how, how]);
    assert.deepEqual(await stage.runs(), []);
  }
});
