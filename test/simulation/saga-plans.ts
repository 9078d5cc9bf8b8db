// All that can go wrong with a saga at each run of an activity, alone and in pairs; after each the net effect is the whole saga or nothing of it.
import assert from 'node:assert/strict';
import { sagaActivityNames } from './saga-database.ts';
import { createSandbox, type Sandbox } from './saga-sandbox.ts';
import { type Fate, type Plan, runSagaWorld, type SagaResult, type Stop } from './saga-world.ts';

type Trouble = { readonly fate: Fate } | { readonly stop: Stop };

const fates: readonly Fate[] = ['exhausted', 'lost', 'refused', 'dies before', 'dies after', 'comes late'];
const stops: readonly Stop[] = (['cancel', 'abort'] as const).flatMap((what) =>
  (['before', 'after'] as const).flatMap((phase) =>
    (['at once', 'late'] as const).map((heard): Stop => ({ what, phase, heard })),
  ),
);
const troubles: readonly Trouble[] = [...fates.map((fate) => ({ fate })), ...stops.map((stop) => ({ stop }))];
/** What may come first when two things go wrong: one of each kind of way that a saga takes from there. */
const firsts: readonly Trouble[] = [
  { fate: 'refused' },
  { fate: 'lost' },
  { fate: 'comes late' },
  { stop: { what: 'cancel', phase: 'before', heard: 'at once' } },
  { stop: { what: 'abort', phase: 'after', heard: 'late' } },
];
const seconds: readonly Trouble[] = [
  ...fates.map((fate) => ({ fate })),
  { stop: { what: 'cancel', phase: 'after', heard: 'late' } },
];
const operators: readonly Plan['operator'][] = ['retry', 'skip', 'abort', 'wait'];

const planOf = (operator: Plan['operator'], together: boolean, all: readonly (readonly [number, Trouble])[]): Plan => ({
  operator,
  together,
  fates: new Map(all.flatMap(([at, one]) => ('fate' in one ? [[at, one.fate] as const] : []))),
  stops: new Map(all.flatMap(([at, one]) => ('stop' in one ? [[at, one.stop] as const] : []))),
});

/** One trouble a saga, or two. */
export type SagaPart = 'single' | 'pairs';

/** One trouble at each run of an activity, with each kind of operator; or two. Gives how many sagas there were. */
export async function runSagaPlans(part: SagaPart, wrong: WrongSaga = {}): Promise<number> {
  const sandbox = await createSandbox(sagaActivityNames, wrong.alter);
  const run = (plan: Plan): Promise<SagaResult> =>
    runChecked(sandbox, { ...plan, wrongDatabase: wrong.database ?? false });
  let count = 0;
  for (const together of part === 'single' ? [false, true] : [false]) {
    const calm = await run(planOf('retry', together, []));
    for (let at = 0; at < calm.runs; at += 1)
      for (const first of part === 'single' ? troubles : firsts)
        for (const operator of part === 'single' ? operators : (['retry'] as const)) {
          const once = await run(planOf(operator, together, [[at, first]]));
          count += 1;
          if (part === 'single') continue;
          for (let later = at + 1; later < once.runs; later += 1)
            for (const second of seconds) {
              await run(
                planOf('retry', together, [
                  [at, first],
                  [later, second],
                ]),
              );
              count += 1;
            }
        }
  }
  return count;
}

/** A saga made wrong on purpose: another bundle, or a database that claims nothing. */
export type WrongSaga = { readonly alter?: (code: string) => string; readonly database?: boolean };

async function runChecked(sandbox: Sandbox, plan: Plan): Promise<SagaResult> {
  let ran: readonly string[] = [];
  try {
    const result = await runSagaWorld(sandbox, plan);
    ran = result.ran;
    assertSaga(plan, result);
    return result;
  } catch (error) {
    const what = JSON.stringify({ ...plan, fates: [...plan.fates], stops: [...plan.stops] });
    throw new Error(`${error instanceof Error ? error.message : 'unknown'} (${what}: ${ran.join(', ')})`);
  }
}

const undoable = ['contact', 'session', 'message', 'record', 'enrichment'];

/** Exactly one end, everywhere the same; each effect once or not at all; undone in reverse order, and never before it was done. */
function assertSaga(plan: Plan, { database, end }: SagaResult): void {
  const { log } = database;
  const ended = database.ended();
  assert.ok(ended !== null, 'end: the database knows of none');
  assert.equal(ended === 'completed', end === 'completed', `end: ${end} in Temporal, ${ended} in the database`);
  const undos = log.filter((entry) => entry.startsWith('undo:')).map((entry) => entry.slice('undo:'.length));
  const firstUndo = log.findIndex((entry) => entry.startsWith('undo:'));
  const dos = log.filter((entry) => undoable.includes(entry));
  assert.ok(
    firstUndo < 0 || log.slice(firstUndo).every((entry) => entry.startsWith('undo:')),
    `overtaken: ${log.join(' ')}`,
  );
  assert.equal(log.length, new Set(log).size, `doubled: ${log.join(' ')}`);
  assert.deepEqual(undos, dos.filter((step) => undos.includes(step)).reverse(), `order: ${log.join(' ')}`);
  const mayLack = (step: string): boolean =>
    plan.operator === 'skip' && (step === 'enrichment' || ended !== 'completed');
  const net = dos.filter((step) => !undos.includes(step));
  if (ended === 'completed') {
    assert.deepEqual(undos, [], `net effect: ${log.join(' ')}`);
    for (const step of undoable) assert.ok(net.includes(step) || mayLack(step), `net effect: ${step} is missing`);
    assert.ok(log.includes('finish'), 'net effect: it is not finished');
    return;
  }
  assert.ok(!log.includes('finish'), 'net effect: finished, and undone');
  for (const step of net) {
    const isKept = database.reason()?.includes('not undone') === true && database.reason()?.includes(step) === true;
    assert.ok(isKept && mayLack(step), `net effect: ${step} is left, ${log.join(' ')}`);
  }
}
