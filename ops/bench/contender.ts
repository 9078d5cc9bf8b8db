// The process in which one contender runs: does what the benchmark says by messages, ends with it.
import { contenderStarts } from './peers/index.ts';
import type { Answer, Order } from './run/child.ts';
import type { RunningContender } from './run/contender.ts';

let running: RunningContender | undefined;

process.on('disconnect', () => process.exit(0));
process.on('message', (order: Order) => {
  carryOut(order).then(
    (value) => answer({ id: order.id, value }),
    (error: unknown) => answer({ id: order.id, error: error instanceof Error ? (error.stack ?? '') : String(error) }),
  );
});

async function carryOut(order: Order): Promise<unknown> {
  switch (order.call) {
    case 'start':
      running = await contenderStarts[order.kind](order.settings);
      return undefined;
    case 'stop':
      await running?.stop();
      running = undefined;
      return undefined;
    case 'status':
      return running?.status?.();
    case 'usage': {
      const { user, system } = process.cpuUsage();
      return { cpuSeconds: (user + system) / 1e6, rssMiB: process.memoryUsage.rss() / 2 ** 20 };
    }
  }
}

function answer(message: Answer): void {
  if (process.connected) process.send?.(message);
}
