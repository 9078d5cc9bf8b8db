// F38: during a deployment the previous code runs on the new schema. The code before the newest migration (or CHAOS_PREVIOUS, a commit or tag) serves
// here under load: API, relay and consumer, with one of the relays of today beside it.
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { projectDir } from '../../../ops/stack/paths.ts';
import { run } from '../../../ops/stack/run.ts';
import { apiProblems, startApiLoad } from '../api-load.ts';
import { defineRow } from '../row.ts';

/** Unpacks that code into the folder; answers its commit, or why there is none. */
async function unpackPrevious(folder: string): Promise<{ commit: string } | { reason: string }> {
  const git = (...args: string[]) => run('git', args, { cwd: projectDir });
  const given = process.env['CHAOS_PREVIOUS'];
  const newest = await git('log', '-1', '--diff-filter=A', '--format=%h', '--', 'db/migrations');
  const wanted = given ?? `${newest.stdout.trim()}^`;
  const known = await git('rev-parse', '--short', '--verify', '--quiet', `${wanted}^{commit}`);
  if (known.code !== 0)
    return {
      reason: 'this clone has no earlier commit (`git fetch --unshallow` gets them); name one by CHAOS_PREVIOUS',
    };
  const archive = path.join(folder, '..', `${path.basename(folder)}.tar`);
  const commit = known.stdout.trim();
  mkdirSync(folder, { recursive: true });
  const packed = await git('archive', '--format=tar', '-o', archive, commit);
  const unpacked = await run('tar', ['-xf', archive, '-C', folder]);
  if (packed.code !== 0 || unpacked.code !== 0)
    return { reason: `${commit} could not be unpacked: ${packed.stderr}${unpacked.stderr}` };
  symlinkSync(path.join(projectDir, 'node_modules'), path.join(folder, 'node_modules'));
  return { commit };
}

export const f38 = defineRow({
  name: 'F38',
  title: "the previous release's code on the new schema",
  sizes: {
    ci: { forMs: 30_000, perSecond: 80, drainWithinMs: 20_000 },
    soak: { forMs: 600_000, perSecond: 80, drainWithinMs: 20_000 },
  },
  world: { consumers: ['contact_event_consumer'] },
  run: async (world, { forMs, perSecond, drainWithinMs }) => {
    const { context, environment, processes } = world;
    const folder = path.join(world.folder, 'previous');
    const previous = await unpackPrevious(folder);
    if ('reason' in previous) return { faults: 0, acked: [], drainMs: null, notRun: previous.reason };
    context.say(`running the code of ${previous.commit}`);
    const old = { folder, environment: { ...environment }, readyPath: '/healthz' } as const;
    // It declares the queue; the relay sends only what somebody binds.
    await processes.start('consumer', { ...old, file: 'workers/consumer.ts' });
    await Promise.all([
      processes.start('previous relay', { ...old, file: 'workers/relay.ts' }),
      world.startRelay(),
      processes.start('api', { ...old, file: 'api/server.ts' }),
    ]);
    const load = await world.load(perSecond);
    const api = await startApiLoad(world, load.perSecond / 5);
    await new Promise((resolve) => setTimeout(resolve, forMs));
    await load.stop();
    await api.stop();
    const { ok, failed } = api.figures;
    return {
      faults: 1,
      acked: load.figures.acked,
      drainMs: await world.drain(drainWithinMs),
      notes: [`code of ${previous.commit}; its API: ${ok} made, ${failed} failed`],
      problems: [
        ...(failed > 0 ? [`${failed} calls of the previous API failed`] : []),
        ...(await apiProblems(world, api)),
      ],
    };
  },
});
