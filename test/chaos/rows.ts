// The rows of the fault matrix, in the order of its table.
import type { ChaosRow } from './row.ts';
import { f1 } from './rows/f1-kill-relay.ts';
import { f6 } from './rows/f6-kill-consumer.ts';
import { f7 } from './rows/f7-restart-postgres.ts';
import { f11 } from './rows/f11-restart-broker.ts';

/** All rows. */
export const chaosTable: readonly ChaosRow[] = [f1, f6, f7, f11];
