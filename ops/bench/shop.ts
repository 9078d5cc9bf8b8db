// The process in which the product itself is measured: does the one thing that it is told, tells what came of it, ends.
import { measureCommandsOver } from './run/shop-commands.ts';
import type { ShopNews, ShopOrder, ShopWork } from './run/shop-process.ts';
import { measureReplaysOver } from './run/shop-replays.ts';

const works: Readonly<
  Record<
    ShopWork,
    (order: ShopOrder, say: (what: string) => void) => Promise<Readonly<Record<string, readonly number[]>>>
  >
> = { commands: measureCommandsOver, replays: measureReplaysOver };

const tell = (news: ShopNews): void => void process.send?.(news);
process.on('disconnect', () => process.exit(0));
process.once('message', (order: ShopOrder) => {
  works[order.work](order, (say) => tell({ say })).then(
    (samples) => tell({ samples }),
    (error: unknown) => tell({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
