// Every crash there is: the relay or the consumer dies before or after a call of a port, and is started again.
import { type Backbone, createBackbone, type WrongBuild } from './backbone.ts';
import { assertLedger } from './ledger.ts';
import { calm } from './weather.ts';

/** Which consumer takes part. */
export type Kind = 'ordered' | 'unordered';

type CrashPoint = { readonly call: number; readonly phase: 'before' | 'after' };

const phases = ['before', 'after'] as const;

/** All runs with up to `most` crashes, the second one after the first. Gives how many; throws with the first one that breaks an invariant. */
export async function runCrashPoints(kind: Kind, most: 1 | 2, wrong?: WrongBuild): Promise<number> {
  const calm = await runWith([], kind, wrong);
  let runs = 1;
  for (let call = 0; call < calm.scheduler.calls(); call += 1)
    for (const phase of phases) {
      const first = { call, phase };
      const once = await runWith([first], kind, wrong);
      runs += 1;
      if (most === 1) continue;
      for (let later = call + 1; later < once.scheduler.calls(); later += 1)
        for (const second of phases) {
          await runWith([first, { call: later, phase: second }], kind, wrong);
          runs += 1;
        }
    }
  return runs;
}

async function runWith(points: readonly CrashPoint[], kind: Kind, wrong?: WrongBuild): Promise<Backbone> {
  let crashes = 0;
  const world = createBackbone({
    random: () => 0.5,
    inOrder: true,
    weather: { ...calm },
    aggregates: 2,
    eventsEach: 3,
    relays: 1,
    consumerProcesses: 1,
    kinds: [kind],
    crash: (call, phase, kill) => {
      if (!points.some((point) => point.call === call && point.phase === phase)) return;
      crashes += 1;
      kill();
    },
    ...(wrong && { wrong }),
  });
  const isDone = await world.live();
  try {
    assertLedger(world, isDone);
    if (crashes !== points.length) throw new Error(`only ${crashes} of ${points.length} crashes came`);
  } catch (error) {
    const where = points.map(({ call, phase }) => `${phase} call ${call}`).join(' and ') || 'nowhere';
    throw new Error(`crash ${where}, ${kind} consumer: ${error instanceof Error ? error.message : 'unknown'}`);
  }
  return world;
}
