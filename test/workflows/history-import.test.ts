// ImportHistory on a real server with the gateway's sandbox: strategies, short pages, what came live, each step in trouble of every kind, taking it back.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createWahaClient } from '../../integrations/waha/client.ts';
import {
  type ImportPartProgress,
  importChangedSignal,
  importPartId,
  importProgressQuery,
  sagaSignals,
} from '../../workflows/names.ts';
import type { ChannelSaga } from '../support/channel-stage.ts';
import { eventually } from '../support/eventually.ts';
import { type ImportIds, type ImportStage, importStage, type Past } from '../support/import-stage.ts';
import { openProduct, type Product } from '../support/product.ts';
import { type ControlledSandbox, startControlledSandbox } from '../support/sandbox-control.ts';
import { untilStuck } from '../support/stuck-run.ts';
import { createSwitchboard, type Fault, fails, failsForGood, gate, losesAnswer } from '../support/switchboard.ts';

let product: Product;
let sandbox: ControlledSandbox;
const switchboard = createSwitchboard();
before(async () => {
  sandbox = await startControlledSandbox();
  product = await openProduct('history-import');
  const gateway = createWahaClient({ baseUrl: sandbox.url, apiKey: sandbox.apiKey, timeoutMs: 1_000 });
  await product.startWorker(switchboard.wrap, { gateway });
});
after(async () => {
  await product.close();
  await sandbox.close();
});

const small = { chats: 2, messagesPerChat: 12, messagesPerConversation: 4 };
const endsAt = 1_780_000_000;
const told = ['enabled', 'requested', 'started'].map((what) => `channel.history_import.${what}`);

type Given = { readonly stage: ImportStage; readonly saga: ChannelSaga; readonly shown: number };

async function begin(past: Past, asked: object = {}, prepare?: (ids: ImportIds) => unknown): Promise<Given> {
  const stage = await importStage(product, sandbox);
  const { shown } = await stage.putPast(past);
  const ids = await stage.request(asked);
  prepare?.(ids);
  return { stage, shown, saga: await stage.startImport() };
}

async function completed(given: Given): Promise<Given> {
  assert.equal(await given.saga.result(), 'completed');
  return given;
}

async function assertImported({ stage, saga, shown }: Given): Promise<void> {
  assert.equal(await saga.result(), 'completed');
  const { messages, left } = await stage.world();
  assert.deepEqual([messages.length, left], [shown, 0]);
  assert.deepEqual((await stage.told()).slice(1), [...told, 'channel.history_import.completed']);
  const { status, counts } = (await stage.channel()).historyImport;
  assert.deepEqual([status, counts?.messagesImported], ['completed', shown]);
  assert.equal((await stage.traces(saga)).state, 'completed');
}

/** Nothing is left of it but the log and why. */
async function assertTakenBack({ stage, saga }: Given, reason: RegExp): Promise<void> {
  assert.notEqual(await saga.result(), 'completed');
  const { messages, sessions, left, ...counts } = await stage.world();
  const held = sessions.filter((session) => session['message_count'] !== 0);
  assert.deepEqual([messages, held, left, counts], [[], [], 0, { chats: 0, contacts: 0 }]);
  assert.deepEqual((await stage.told()).at(-1), 'channel.history_import.failed');
  const { status, lastError } = (await stage.channel()).historyImport;
  assert.equal(status, 'failed');
  assert.match(lastError ?? '', reason);
  const traces = await stage.traces(saga);
  assert.ok(['failed', 'compensated'].includes(traces.state), traces.state);
}

describe('what is imported', { concurrency: 8 }, () => {
  test('all of it: short pages are not the last ones; groups, hidden ids, media by reference; in order, once', async () => {
    const awkward = { everyNthRevoked: 4, everyNthMedia: 7, everyNthGroup: 4, everyNthHidden: 3, everyNthOwn: 3 };
    const { stage, shown } = await completed(await begin({ chats: 4, messagesPerChat: 230, ...awkward }));
    const { messages, sessions, chats, contacts, left } = await stage.world();
    const row = await stage.row();
    // What the account itself wrote in the group has no person it could be filed under.
    const own = Array.from({ length: 230 }, (_, index) => index).filter((index) => index % 3 === 2 && index % 4 !== 3);
    assert.equal(messages.length, shown - own.length);
    assert.deepEqual(
      [row?.messagesSeen, row?.messagesImported, row?.chatsDone, row?.chatsImported],
      [shown, messages.length, 4, 4],
    );
    assert.deepEqual([chats, contacts, left], [4, 3 + 5, 0]);
    assert.deepEqual([row?.contactsCreated, row?.sessionsCreated], [contacts, sessions.length]);
    assert.equal(sessions.length, 3 * 23);
    assert.ok(messages.every(({ source }) => source === 'history_import'));
    assert.ok(messages.some(({ message_type: type }) => type === 'image'));
    assert.ok(messages.some(({ from_me: fromMe, status }) => fromMe === true && status === 'read'));
    for (const session of sessions) {
      assert.deepEqual([session['status'], session['end_reason']], ['expired', 'inactivity_timeout']);
      assert.deepEqual(session['ended_at'], session['last_message_at']);
      assert.deepEqual(session['started_at'], session['first_message_at']);
    }
    assert.equal(
      sessions.reduce((sum, session) => sum + Number(session['message_count']), 0),
      messages.filter(({ session_from: from }) => from).length,
    );
    // Nobody is asked to look at pictures of the past.
    const asked = await stage.eventTypes();
    assert.ok(!asked.some((type) => type.startsWith('message.ai.')));
  });

  test('messages of one second keep the gateway’s order', async () => {
    const { stage } = await completed(await begin({ chats: 1, messagesPerChat: 130, spacing: 0, everyNthOwn: 0 }));
    const inOrder = (await stage.texts()).map((text) => Number(/Message (\d+) /.exec(text)?.[1]));
    assert.deepEqual(
      inOrder,
      Array.from({ length: 130 }, (_, index) => index + 1),
    );
  });

  test('recent: the newest of each chat', async () => {
    const { stage } = await completed(
      await begin({ chats: 2, messagesPerChat: 250, everyNthRevoked: 5 }, { strategy: 'recent' }),
    );
    const { messages } = await stage.world();
    assert.equal(messages.length, 2 * 80);
    assert.ok((await stage.texts()).at(-1)?.startsWith('Message 249 '));
  });

  test('time_range: from so many days ago', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const past = {
      chats: 1,
      messagesPerChat: 30,
      messagesPerConversation: 1,
      spacing: 0,
      endsAt: now - 60,
      everyNthOwn: 0,
    };
    const { stage } = await completed(await begin(past, { strategy: 'time_range', timeRangeDays: 10 }));
    assert.equal((await stage.world()).messages.length, 10);
  });

  test('limit: so many and no more', async () => {
    const { stage } = await completed(await begin({ chats: 3, messagesPerChat: 70 }, { limit: 110 }));
    assert.equal((await stage.world()).messages.length, 110);
  });

  test('a longer silence makes fewer sessions', async () => {
    const past = { chats: 1, messagesPerChat: 40, messagesPerConversation: 4, silence: 7_000 };
    const { stage } = await completed(await begin(past, { sessionGapMinutes: 120 }));
    const { sessions } = await stage.world();
    assert.deepEqual(
      sessions.map((session) => session['message_count']),
      [40],
    );
  });

  test('again: nothing twice; new_only passes over what is known, and takes what is new', async () => {
    const given = await completed(await begin(small));
    const before = await given.stage.world();
    await given.stage.request();
    const again = { ...given, saga: await given.stage.startImport() };
    await completed(again);
    assert.deepEqual(await given.stage.world(), before);
    assert.equal((await given.stage.row())?.duplicatesSkipped, given.shown);
    const more = await given.stage.putPast({ ...small, chats: 3, messagesPerChat: 15 });
    await given.stage.request({ strategy: 'new_only' });
    await completed({ ...given, saga: await given.stage.startImport() });
    assert.equal(more.shown, 3 + 3 + 15);
    assert.equal((await given.stage.world()).messages.length, given.shown + 15);
  });

  test('what came live meanwhile is skipped, its session takes what belongs to it, and it stays the last word', async () => {
    const stage = await importStage(product, sandbox);
    const { shown, addresses } = await stage.putPast({
      chats: 1,
      messagesPerChat: 12,
      messagesPerConversation: 12,
      spacing: 60,
    });
    const history = await sandbox.call('GET', `api/${stage.session}/chats/${addresses[0]}/messages?limit=1`);
    const [last] = history.json as readonly { id: string; timestamp: number }[];
    await stage.live(addresses[0] ?? '', last?.timestamp ?? 0, last?.id.split('_')[2]);
    await stage.request();
    await completed({ stage, shown, saga: await stage.startImport() });
    const { messages, sessions } = await stage.world();
    assert.deepEqual([messages.length, (await stage.row())?.duplicatesSkipped], [12, 1]);
    assert.deepEqual(
      sessions.map(({ status, message_count: count }) => [status, count]),
      [['active', 12]],
    );
    const lastOf = messages.find(({ place }) => Number(place) === 12);
    assert.equal(lastOf?.['source'], 'webhook');
  });
});

/** The steps by name, each with its activity and whose it is. */
const steps = {
  open: 'openImport',
  chats: 'listHistoryChats',
  messages: 'importHistoryPages',
  sessions: 'endImportedSessions',
  complete: 'completeImport',
} as const;
type StepName = keyof typeof steps;

const whose = (ids: ImportIds, step: StepName): string =>
  step === 'chats' || step === 'messages' ? importPartId(ids, step) : ids.workflowId;
const disturb = (step: StepName, fault: Fault) => (ids: ImportIds) =>
  switchboard.put(whose(ids, step), steps[step], fault);
const heal = (ids: ImportIds, step: StepName): unknown => switchboard.clear(whose(ids, step), steps[step]);

describe('in trouble', { concurrency: 12 }, () => {
  for (const step of Object.keys(steps) as StepName[]) {
    test(`${step} fails for good`, async () => {
      const given = await begin(small, {}, disturb(step, failsForGood));
      await assertTakenBack(given, /^rule_violated: The test forbids it\.$/);
    });

    test(`${step} takes effect, but its answer is lost twice`, async () => {
      const lost = losesAnswer((attempt) => attempt <= 2);
      await assertImported(await begin(small, {}, disturb(step, lost)));
    });

    for (const signal of ['retry', 'abort'] as const) {
      test(`${step} exhausts its retries: stuck, ${signal}`, async () => {
        const given = await begin(small, {}, disturb(step, fails()));
        const stuck = await untilStuck(given.saga);
        assert.deepEqual([stuck.step, stuck.signals.slice(0, 2)], [step, ['retry', 'abort']]);
        if (signal === 'retry') heal(given.saga, step);
        await given.saga.handle.signal(sagaSignals[signal]);
        if (signal === 'retry') await assertImported(given);
        else await assertTakenBack(given, /^aborted$/);
      });
    }

    for (const where of ['before', 'after'] as const) {
      test(`cancelled ${where === 'before' ? 'while' : 'after'} ${step} ${where === 'before' ? 'runs' : 'took effect'}`, async () => {
        const stand = gate(where);
        const given = await begin(small, {}, disturb(step, stand.fault));
        await stand.reached;
        await given.saga.handle.cancel();
        stand.open();
        // From the end of the sessions on nothing stops it.
        if (step === 'sessions' || step === 'complete') await assertImported(given);
        else await assertTakenBack(given, /^cancelled$/);
      });
    }
  }

  test('an undo that fails is stuck and shown, and tried until it is done', async () => {
    const given = await begin(small, {}, (ids) => {
      disturb('sessions', failsForGood)(ids);
      switchboard.put(ids.workflowId, 'undoHistoryImport', fails());
    });
    const { step, signals } = await untilStuck(given.saga);
    assert.deepEqual([step, signals], ['messages', ['retry', 'skip']]);
    assert.equal((await given.stage.world()).messages.length, given.shown);
    switchboard.clear(given.saga.workflowId, 'undoHistoryImport');
    await given.saga.handle.signal(sagaSignals.retry);
    await assertTakenBack(given, /^rule_violated/);
  });

  test('a gateway that fails, hangs and is slow is asked again', async () => {
    await sandbox.misbehave({ failHistoryCalls: 2, hangHistoryCalls: 1 });
    await assertImported(await begin(small));
  });

  test('the channel is switched off meanwhile: what was imported is taken back', async () => {
    const stand = gate('after');
    const given = await begin(
      { chats: 30, messagesPerChat: 5 },
      { requestsPerMinute: 600 },
      disturb('chats', stand.fault),
    );
    await stand.reached;
    await given.stage.ask('channel.deactivate');
    stand.open();
    await assertTakenBack(given, /^rule_violated: The channel was switched off meanwhile/);
  });
});

describe('a person', { concurrency: 4 }, () => {
  const slow = { requestsPerMinute: 1_200 };
  const many = { chats: 60, messagesPerChat: 5, messagesPerConversation: 5 };
  const isUnderWay = (stage: ImportStage) => eventually(async () => ((await stage.row())?.messagesImported ?? 0) > 5);

  test('pauses and resumes: nothing comes meanwhile, then all of it', async () => {
    const given = await begin(many, slow);
    const { stage, saga } = given;
    await isUnderWay(stage);
    await stage.setRow('paused_at = now()');
    const part = stage.partOf(saga);
    const isPaused = async () => (await part.query<ImportPartProgress>(importProgressQuery)).isPaused;
    await eventually(isPaused, { timeoutMs: 20_000 });
    const before = (await stage.world()).messages.length;
    assert.ok(before < given.shown);
    await stage.setRow('requests_per_minute = 60000');
    assert.equal((await stage.world()).messages.length, before);
    await stage.setRow('paused_at = null');
    await part.signal(importChangedSignal);
    await assertImported(given);
    const { tally, sets } = await part.query<ImportPartProgress>(importProgressQuery);
    assert.ok(sets >= 2);
    assert.equal(tally?.['messagesImported'], given.shown);
  });

  test('calls it off: it is taken back, and told in a word', async () => {
    const given = await begin(many, slow);
    await isUnderWay(given.stage);
    await given.stage.setRow('cancelled_at = now()');
    await assertTakenBack(given, /^cancelled$/);
  });

  test('calls it off: what others made or use by now stays as it was', async () => {
    const stage = await importStage(product, sandbox);
    const { addresses } = await stage.putPast({ ...small, endsAt });
    // The first one is known, with a session that the past belongs to; the second one writes while it is imported.
    await stage.live(addresses[0] ?? '', endsAt + 60);
    const before = await stage.world();
    const stand = gate('after');
    disturb('messages', stand.fault)(await stage.request());
    const saga = await stage.startImport();
    await stand.reached;
    assert.equal((await stage.world()).messages.length, 25);
    await stage.live(addresses[1] ?? '', endsAt + 86_400);
    await saga.handle.cancel();
    stand.open();
    assert.notEqual(await saga.result(), 'completed');
    const { messages, sessions, chats, contacts, left } = await stage.world();
    assert.deepEqual([messages.length, chats, contacts, left], [2, 2, 2, 0]);
    assert.deepEqual(sessions[0], before.sessions[0]);
    assert.deepEqual(
      sessions.map(({ status, message_count: count }) => [status, count]),
      [
        ['active', 1],
        ['active', 1],
      ],
    );
  });
});
