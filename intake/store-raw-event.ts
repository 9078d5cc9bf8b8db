// Stores a gateway event as it arrived, once: sealed body, arrival number; what is not acted on is kept all the same.
import type { Pool } from '../db/pool.ts';
import type { KeysOf, SealedOnce } from '../db/tenant-keys.ts';
import { inTenant, inTenantAtOnce, type Tx } from '../db/transaction.ts';
import type { GatewayEvent } from '../integrations/waha/gateway-event.ts';
import { bodyPlace, type RawEvent, rawEventColumns, rawMessageKey, startedByIntake } from './raw-events.ts';

/** What is to be stored: the raw body to the byte (UTF-8), and what the parser made of it. */
export type NewRawEvent = {
  readonly id: string;
  readonly channelId: string;
  readonly body: string;
  readonly event: GatewayEvent;
};

/** How long a message is left to the intake that stored it, before the sweep starts its saga. */
const graceMs = 3_500;

/** Why an event is kept without any effect; null: it is to be acted on. */
function reasonNotActedOn(event: GatewayEvent): string | null {
  if (event.kind === 'call') return 'call';
  return event.kind === 'ignored' || event.kind === 'other' ? event.reason : null;
}

/** Inserts nothing when the event is known. Its rows come from `tenant` where the statement sets the tenant itself. */
const insertText = (from: '' | 'from tenant'): string =>
  `insert into raw_events (id, tenant_id, channel_id, gateway_event_id, event_name, kind, message_key, body, body_key, status, settled_at, last_error, next_attempt_at)
   select $1::uuid, $2, $3::uuid, $4, $5, $6, $7, $8, $9, $10::text, case when $10::text = 'stored' then null else now() end, $11,
     now() + $12::float8 * interval '1 millisecond' ${from}
   on conflict (tenant_id, channel_id, gateway_event_id) do nothing returning ${rawEventColumns}`;
const insertAlone = insertText('');
const insertAtOnce = insertText('from tenant');

function insertValues(tenantId: string, given: NewRawEvent, { sealed, wrappedKey }: SealedOnce): unknown[] {
  const notActedOn = reasonNotActedOn(given.event);
  return [
    given.id,
    tenantId,
    given.channelId,
    given.event.eventId,
    given.event.event,
    given.event.kind,
    rawMessageKey(given.channelId, given.event),
    sealed,
    wrappedKey,
    notActedOn === null ? 'stored' : 'ignored',
    notActedOn,
    startedByIntake(given.event) ? graceMs : 0,
  ];
}

/** A stored event; `isNew` false: it had been stored before. */
export type StoredRawEvent = RawEvent & { readonly isNew: boolean };

/** Like storeRawEvent, in a transaction of its own: one round trip for a new event of a tenant whose key is at hand. */
export async function storeRawEventAtOnce(
  { pool, keysOf }: { readonly pool: Pool; readonly keysOf: KeysOf },
  tenantId: string,
  given: NewRawEvent,
): Promise<StoredRawEvent> {
  const sealed = keysOf.sealOnceIfWarm(tenantId, given.id, bodyPlace(tenantId, given.id), given.body);
  if (sealed) {
    const [row] = await inTenantAtOnce<RawEvent>(pool, tenantId, insertAtOnce, insertValues(tenantId, given, sealed));
    if (row) return { ...row, isNew: true };
  }
  return inTenant(pool, tenantId, (tx) => storeRawEvent(tx, keysOf, given));
}

/** Stores an event once per (channel, gateway event id). `isNew` false: it had been stored before, and that row is returned. */
export async function storeRawEvent(tx: Tx, keysOf: KeysOf, given: NewRawEvent): Promise<StoredRawEvent> {
  const tenantId = String(tx.tenantId);
  const sealed = await keysOf(tx).sealOnce(given.id, bodyPlace(tenantId, given.id), given.body);
  const { rows } = await tx.query<RawEvent>(insertAlone, insertValues(tenantId, given, sealed));
  if (rows[0]) return { ...rows[0], isNew: true };
  const known = await tx.query<RawEvent>(
    `select ${rawEventColumns} from raw_events where tenant_id = $1 and channel_id = $2 and gateway_event_id = $3`,
    [tenantId, given.channelId, given.event.eventId],
  );
  const row = known.rows[0];
  if (!row) throw new Error('A raw event was neither stored nor found.');
  return { ...row, isNew: false };
}
