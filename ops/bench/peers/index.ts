// All contenders by name. Loaded in their processes; each brings in its package only when it is started.
import type { StartContender } from '../run/contender.ts';

const lazily =
  (load: () => Promise<StartContender>): StartContender =>
  async (settings) =>
    (await load())(settings);

/** What can be started. */
export const contenderStarts = {
  bare: lazily(async () => (await import('./bare.ts')).startBare),
  relay: lazily(async () => (await import('./relay.ts')).startRelay),
  batch: lazily(async () => (await import('./batch.ts')).startBatch),
  oneRow: lazily(async () => (await import('./batch.ts')).startOneRow),
  graphile: lazily(async () => (await import('./graphile.ts')).startGraphile),
  graphileSingly: lazily(async () => (await import('./graphile.ts')).startGraphileSingly),
  boss: lazily(async () => (await import('./boss.ts')).startBoss),
  bossOrdered: lazily(async () => (await import('./boss.ts')).startBossOrdered),
  pgoutput: lazily(async () => (await import('./pgoutput.ts')).startPgoutput),
  consumers: lazily(async () => (await import('../run/consumers.ts')).startConsumers),
  operated: lazily(async () => (await import('../run/operated.ts')).startOperated),
} satisfies Record<string, StartContender>;

/** The name of one. */
export type ContenderKind = keyof typeof contenderStarts;
