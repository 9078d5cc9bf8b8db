// The relay's ports on PostgreSQL: leases by one function a beat, the outbox by prepared statements of one round trip each.
import { createPool, type Pool } from '../../db/pool.ts';
import type { LeasePort, OutboxPort, PendingEvent } from './ports.ts';
import { columnCount, relayPlanSettings, relayStatements, type Statement } from './statements.ts';

type Cells = unknown[];

/** A pool for a relay alone: its plans never fall back to scanning or hashing a table that was empty when they were made. */
export function createRelayPool(url: string, name: string, onIdleError: (error: Error) => void): Pool {
  return createPool({ url, size: 4, name, label: 'relay', onIdleError, settings: relayPlanSettings });
}

async function run(pool: Pool, { name, text }: Statement, values: unknown[]): Promise<Cells[]> {
  const { rows } = await pool.query<Cells>({ name, text, values, rowMode: 'array' });
  return rows;
}

/** Leases for one process; `processId` names it until it leaves. */
export function createLeasePort(pool: Pool, processId: string, processName: string, leaseMs = 4_500): LeasePort {
  return {
    leaseMs,
    beat: async (drained) => {
      const { rows } = await pool.query<{
        owned: number[];
        fences: (number | string)[];
        surplus: number[];
        processes: number;
        next_expiry_ms: number;
      }>('select * from relay_beat($1, $2, $3, $4)', [processId, processName, leaseMs, drained]);
      const [row] = rows;
      if (!row) throw new Error('relay_beat answered nothing');
      return {
        owned: new Map(row.owned.map((partition, index) => [partition, Number(row.fences[index])])),
        surplus: row.surplus,
        processes: row.processes,
        nextExpiryMs: row.next_expiry_ms,
      };
    },
    leave: async () => {
      await pool.query('select relay_leave($1)', [processId]);
    },
  };
}

/** The outbox of all tenants, as the role app_system sees it. */
export function createOutboxPort(pool: Pool, processId: string): OutboxPort {
  const refs = (rows: Cells[]) =>
    rows.map(([aggregateId, partition, id]) => ({
      aggregateId: String(aggregateId),
      partition: Number(partition),
      id: Number(id),
    }));
  return {
    readPending: async ({ after, partitions, except, heldAggregates, limit, wantsNewest }) => {
      const values = [after, maskOf(partitions), except, heldAggregates, limit, wantsNewest];
      const rows = await run(pool, relayStatements.pending, values);
      const snapshot = rows[0] ?? [];
      return {
        events: rows.filter(([id]) => id !== null).map(toEvent),
        oldestOpen: Number(snapshot[columnCount]),
        newest: wantsNewest ? Number(snapshot[columnCount + 1]) : null,
      };
    },
    readHolding: async (partitions) => refs(await run(pool, relayStatements.holding, [maskOf(partitions)])),
    readDue: async (partitions) => refs(await run(pool, relayStatements.due, [maskOf(partitions)])),
    readAggregate: async (aggregateId, limit) => {
      const rows = await run(pool, relayStatements.aggregate, [aggregateId, limit]);
      return rows.map((row) => {
        const [status, waitMs] = row.slice(columnCount);
        return {
          event: toEvent(row),
          waitMs: status === 'failed' ? Number.POSITIVE_INFINITY : Math.max(0, Math.ceil(Number(waitMs ?? 0))),
          isSuspect: waitMs !== null,
        };
      });
    },
    markSent: async (batch) => {
      await run(pool, relayStatements.sent, [
        batch.map(({ event }) => event.eventId),
        batch.map(({ event }) => event.createdAt),
        batch.map(({ event, fence }) => fence * 64 + event.partition),
        processId,
      ]);
    },
    markFailedTry: async (event, fence, reason, { waitMs, giveUp }) => {
      const { eventId, createdAt, partition } = event;
      await run(pool, relayStatements.failed, [
        eventId,
        createdAt,
        partition,
        fence,
        processId,
        reason.slice(0, 1_000),
        giveUp,
        waitMs,
      ]);
    },
  };
}

/** Bit n is set for partition n; as PostgreSQL's signed bigint. */
function maskOf(partitions: readonly number[]): string {
  const mask = partitions.reduce((bits, partition) => bits | (1n << BigInt(partition)), 0n);
  return BigInt.asIntN(64, mask).toString();
}

function toEvent(cells: Cells): PendingEvent {
  return {
    id: Number(cells[0]),
    eventId: String(cells[1]),
    aggregateId: String(cells[2]),
    aggregateType: String(cells[3]),
    sequence: Number(cells[4]),
    type: String(cells[5]),
    version: String(cells[6]),
    tenantId: String(cells[7]),
    projectId: cells[8] === null ? null : String(cells[8]),
    correlationId: String(cells[9]),
    createdAt: String(cells[10]),
    partition: Number(cells[11]),
    retryCount: Number(cells[12]),
    skip: cells[13] === true,
    metadata: String(cells[14]),
    data: String(cells[15]),
  };
}
