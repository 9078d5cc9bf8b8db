// kill -9 of each process in turn while the demo's hour is played: the rows are the same afterwards as those of a run that nobody disturbed.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { messageKey } from '../../intake/message-key.ts';
import { buildScenario, messageIds } from '../../ops/demo/scenario.ts';
import { eventually } from '../support/eventually.ts';
import { damage, damages } from '../support/row-damages.ts';
import { type ProductRows, readRows } from '../support/rows.ts';
import { type ProcessName, type RunningProduct, startRunningProduct } from '../support/running-product.ts';

type Scenario = ReturnType<typeof buildScenario>;
/** A run of its own has ids of its own: workflows are known by them, and one Temporal serves all tests. */
const newScenario = (): Scenario =>
  buildScenario({ session: 'default', run: randomUUID(), startAt: new Date('2026-03-02T08:00:00Z') });
/** Who dies, in turn; each after so many of the scenario's webhooks. */
const victims: readonly ProcessName[] = ['api', 'worker', 'relay', 'consumer', 'worker', 'api'];
const firstAt = 8;
const every = 25;

/** Plays the hour, each webhook only when the one before was taken; `onEvent` hears of each that is about to be sent. */
async function play(product: RunningProduct, scenario: Scenario, onEvent: (number: number) => void): Promise<void> {
  for (const [index, { event, body }] of scenario.entries()) {
    const { payload, ...envelope } = body;
    onEvent(index);
    await product.callSandbox('POST', 'sandbox/events', { session: 'default', event, payload, envelope, wait: true });
  }
}

/** Waits until nothing is under way in the product, and in its consumers neither. */
async function settled(product: RunningProduct, scenario: Scenario): Promise<ProductRows> {
  await product.settle(100_000);
  const known = namesOf(scenario, product.demo.channelId);
  return eventually(
    async () => {
      const rows = await readRows(product, known);
      const again = await readRows(product, known);
      assert.deepEqual(rows, again);
      const read = Object.keys(rows['deliveries'] ?? {}).length;
      assert.equal(read, Object.keys(rows['messages'] ?? {}).length, 'every message has a delivery state');
      return rows;
    },
    { timeoutMs: 30_000, everyMs: 500 },
  );
}

/** What this run's gateway ids stand for: their place in the scenario. */
function namesOf(scenario: Scenario, channelId: string): Map<string, string> {
  const ids = [...messageIds(scenario)];
  return new Map([
    ...scenario.map(({ body }, index) => [body.id, `event-${index}`] as const),
    ...ids.flatMap((id, index) => [[id, `m${index}`] as const, [messageKey(channelId, id), `key-${index}`] as const]),
  ]);
}

let calm: ProductRows;
let disturbed: ProductRows;
let deaths: ProcessName[] = [];
/** The disturbed run's rows before and after each damage that was done to them. */
const damaged = new Map<string, { readonly before: ProductRows; readonly after: ProductRows }>();

/** Damages a row of each kind in turn, once the run is over and read. */
async function damageAll(product: RunningProduct, known: ReadonlyMap<string, string>): Promise<void> {
  let before = disturbed;
  for (const kind of Object.keys(damages)) {
    await damage(product, kind);
    const after = await readRows(product, known);
    damaged.set(kind, { before, after });
    before = after;
  }
}

before(async () => {
  const first = await startRunningProduct('calm');
  try {
    const scenario = newScenario();
    await play(first, scenario, () => undefined);
    calm = await settled(first, scenario);
  } finally {
    await first.stop();
  }
});

before(async () => {
  const product = await startRunningProduct('kills');
  let dying: Promise<void> = Promise.resolve();
  const kill = async (victim: ProcessName): Promise<void> => {
    await product.kill(victim);
    deaths.push(victim);
    await product.restart(victim);
  };
  try {
    const scenario = newScenario();
    await play(product, scenario, (number) => {
      const victim = (number - firstAt) % every === 0 ? victims[(number - firstAt) / every] : undefined;
      if (victim !== undefined) dying = dying.then(() => kill(victim));
    });
    await dying;
    disturbed = await settled(product, scenario);
    await damageAll(product, namesOf(scenario, product.demo.channelId));
  } finally {
    await dying.catch(() => undefined);
    await product.stop();
  }
});
after(() => {
  deaths = [];
});

test('every process died while the hour was played', () => {
  assert.deepEqual(deaths, victims);
});

test('the undisturbed run is whole', () => {
  assert.equal(Object.keys(calm['messages'] ?? {}).length, 79);
  assert.deepEqual(new Set(Object.values(calm['leftovers'] ?? {})), new Set([0]));
});

test('every kind of rows is compared', () => {
  assert.deepEqual(Object.keys(calm).sort(), Object.keys(damages).sort());
});

for (const kind of Object.keys(damages)) {
  test(`the same ${kind} as undisturbed`, () => {
    assert.ok(Object.keys(calm[kind] ?? {}).length > 0);
    assert.deepEqual(disturbed[kind], calm[kind]);
  });

  test(`${kind} that differed by one row would be seen`, () => {
    const { before, after } = damaged.get(kind) ?? {};
    assert.ok(before && after);
    assert.notDeepEqual(after[kind], before[kind]);
  });
}
