// The rows of the fault matrix, in the order of its table.
import type { ChaosRow } from './row.ts';
import { f1 } from './rows/f1-kill-relay.ts';
import { f2 } from './rows/f2-stop-relay.ts';
import { f3 } from './rows/f3-deaf-listener.ts';
import { f4 } from './rows/f4-backlog.ts';
import { f5 } from './rows/f5-broken-topology.ts';
import { f6 } from './rows/f6-kill-consumer.ts';
import { f6b } from './rows/f6b-tripled.ts';
import { f6c } from './rows/f6c-poison.ts';
import { f7 } from './rows/f7-restart-postgres.ts';
import { f8 } from './rows/f8-terminate-backends.ts';
import { f9 } from './rows/f9-slow-database.ts';
import { f10 } from './rows/f10-hot-aggregate.ts';
import { f11 } from './rows/f11-restart-broker.ts';
import { f12 } from './rows/f12-cut-broker.ts';
import { f13 } from './rows/f13-blocked-broker.ts';
import { f14 } from './rows/f14-full-queue.ts';
import { f15b } from './rows/f15b-kill-broadcast.ts';
import { f15c } from './rows/f15c-kill-import.ts';
import { f21 } from './rows/f21-started-again.ts';
import { f38 } from './rows/f38-previous-release.ts';

/**
 * Rows that mostly wait, each for processes, proxies and a database of its own: these lanes run side by side at the full sizes, the rows of one lane one after
 * the other. No row here may touch a server.
 */
export const lanes: readonly (readonly string[])[] = [['F2'], ['F3'], ['F8', 'F9']];

/** All rows. */
export const chaosTable: readonly ChaosRow[] = [
  ...[f1, f2, f3, f4, f5, f6, f6b, f6c, f7, f8, f9, f10],
  ...[f11, f12, f13, f14, f15b, f15c, f21, f38],
];
