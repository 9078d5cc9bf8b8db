// Imports that were asked for with automations, or with webhooks: what they import sets off rules, or is told to customers. All others keep silent.
import { isImported } from '../domain/channel/is-imported.ts';
import type { SagaMetadata } from '../domain/kernel/envelope.ts';
import type { Tx } from './transaction.ts';

type Event = { readonly type: string; readonly saga?: SagaMetadata | null };

/** The events but for those of the past that are to be kept silent about. Asks nothing where there is none of the past. */
export async function withoutSilent<E extends Event>(
  tx: Tx,
  events: readonly E[],
  about: 'automations' | 'webhooks',
): Promise<readonly E[]> {
  const imports = new Set(
    events.flatMap((event) => (isImported(event) && event.saga ? [event.saga.correlationId] : [])),
  );
  if (imports.size === 0) return events;
  const { rows } = await tx.query<{ id: string }>(
    `select id from history_imports where tenant_id = $1 and id = any($2::uuid[]) and ${about}`,
    [tx.tenantId, [...imports]],
  );
  const loud = new Set(rows.map(({ id }) => id));
  return events.filter((event) => !isImported(event) || loud.has(event.saga?.correlationId ?? ''));
}
