// A relay that reads the write-ahead log (pgoutput): publishes each insert in the order of commits, and tells the server how far all is confirmed.
import pg from 'pg';
import { LogicalReplicationService, PgoutputPlugin } from 'pg-logical-replication';
import { toMessage } from '../../../workers/relay/message.ts';
import type { PendingEvent } from '../../../workers/relay/ports.ts';
import type { StartContender } from '../run/contender.ts';
import { openSender } from './sender.ts';

/** Names of the slot and the publication. */
export const logical = { slot: 'bench_outbox', publication: 'bench_outbox' } as const;

const window = 1_000;
const acknowledgeEveryMs = 100;
type Row = Record<string, unknown>;
type Change = { readonly tag: string; readonly new?: Row };

/** Text of the JSON as it stands, as ours has it. */
for (const oid of [pg.types.builtins.JSONB, pg.types.builtins.TIMESTAMPTZ]) pg.types.setTypeParser(oid, (text) => text);

/** Reads the slot from where it stands. A commit is acknowledged when all of its inserts, and all before, are confirmed. */
export const startPgoutput: StartContender = async ({ adminUrl, amqpUrl, exchange, name }) => {
  const sender = await openSender(amqpUrl, exchange);
  const service = new LogicalReplicationService(
    { connectionString: adminUrl, application_name: name },
    { acknowledge: { auto: false, timeoutSeconds: 0 }, flowControl: { enabled: true } },
  );
  const commits: { readonly lsn: string; readonly last: number }[] = [];
  /** Published and not confirmed, oldest first. */
  const open = new Set<number>();
  let published = 0;
  let doneLsn = '0/0';
  let room: (() => void) | undefined;
  service.on('error', () => undefined);
  /** The package waits for a promise before it hands over the next change. */
  const take = (lsn: string, change: Change): Promise<void> | undefined => {
    if (change.tag === 'commit') commits.push({ lsn, last: published });
    if (change.tag !== 'insert' || !change.new) return undefined;
    published += 1;
    const number = published;
    open.add(number);
    void sender.publish(toMessage(eventOf(change.new))).then(() => {
      open.delete(number);
      if (open.size < window) room?.();
    });
    if (open.size < window) return undefined;
    return new Promise((resolve) => {
      room = resolve;
    });
  };
  const changes: { on(event: 'data', listener: typeof take): unknown } = service;
  changes.on('data', take);
  const acknowledge = async (): Promise<void> => {
    const [oldest = published + 1] = open;
    let isNews = false;
    while (commits[0] && commits[0].last < oldest) {
      doneLsn = commits.shift()?.lsn ?? doneLsn;
      isNews = true;
    }
    if (isNews) await service.acknowledge(doneLsn);
  };
  service.on('heartbeat', (_lsn, _at, shouldRespond) => {
    if (shouldRespond) void service.acknowledge(doneLsn);
  });
  const timer = setInterval(() => void acknowledge(), acknowledgeEveryMs);
  const started = new Promise<void>((resolve) => service.on('start', () => resolve()));
  service
    .subscribe(new PgoutputPlugin({ protoVersion: 1, publicationNames: [logical.publication] }), logical.slot)
    .catch(() => undefined);
  await started;
  return {
    stop: async () => {
      clearInterval(timer);
      await acknowledge();
      await service.destroy();
      await sender.close();
    },
  };
};

function eventOf(row: Row): PendingEvent {
  return {
    id: Number(row['id']),
    eventId: String(row['event_id']),
    aggregateId: String(row['aggregate_id']),
    aggregateType: String(row['aggregate_type']),
    sequence: Number(row['aggregate_sequence']),
    type: String(row['event_type']),
    version: String(row['event_version']),
    tenantId: String(row['tenant_id']),
    projectId: row['project_id'] === null ? null : String(row['project_id']),
    correlationId: String(row['correlation_id']),
    createdAt: String(row['created_at']),
    partition: 0,
    retryCount: 0,
    skip: false,
    metadata: String(row['metadata']),
    data: String(row['event_data']),
  };
}
