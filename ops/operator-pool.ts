// The database as an operator's command uses it: as app_system, with time for questions about a long log, and every failure one line and an exit code.
import { createPool, type Pool } from '../db/pool.ts';
import { ConfigError } from '../platform/config.ts';
import { systemUrl } from './environment.ts';

const statementMs = 60_000;

/** Runs `work` and closes the pool. What it throws is told by its message: exit code 2 for what the caller must set right, else 1. */
export async function withOperatorPool(name: string, work: (pool: Pool) => Promise<void>): Promise<void> {
  try {
    const pool = createPool({
      url: systemUrl(),
      size: 2,
      name,
      settings: { statement_timeout: String(statementMs) },
      answerWithinMs: statementMs + 5_000,
    });
    try {
      await work(pool);
    } finally {
      await pool.end();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  }
}
