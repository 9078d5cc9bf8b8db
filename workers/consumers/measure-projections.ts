// How far each projection is behind, as a figure. The same from every consumer process: take the maximum.
import { allProjections } from '../../db/projections/index.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { type KnownConsumer, secondsSince } from './measure-consumers.ts';

/** Registers it; `current` is undefined while nobody knows. */
export function measureProjections(metrics: Metrics, current: () => readonly KnownConsumer[] | undefined): void {
  metrics.gauge({
    name: 'projection_lag_seconds',
    help: 'Age of the oldest event that the projection has not taken up, be it on its way or parked; 0 when there is none. Dead letters are counted apart.',
    labels: ['projection'],
    collect: (gauge) => {
      gauge.reset();
      const now = new Date();
      for (const { name, lagSeconds, parked } of current() ?? []) {
        const projection = allProjections.find(({ consumer }) => consumer === name);
        if (projection)
          gauge.set({ projection: projection.name }, Math.max(lagSeconds, secondsSince(parked.oldestAt, now)));
      }
    },
  });
}
