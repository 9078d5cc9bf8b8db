// Opens the sealed parts of events' data wherever they are in it; what was erased becomes null, and it is said.
import { isErased, isSealed, pathOf, subjectOf } from '../../platform/crypto/sealed.ts';
import { eventPlace } from '../seal-event.ts';
import type { TenantKeys } from '../tenant-keys.ts';

/** An event's data as it is stored, and the place its parts are bound to. */
export type SealedEvent = { readonly aggregateId: string; readonly type: string; readonly data: unknown };

/** An event's data in the open. */
export type OpenedData = { readonly data: unknown; readonly erased: boolean };

/** Opens the data of many events, in their order; the keys of all subjects are fetched with one query. */
export async function openEvents(keys: TenantKeys, events: readonly SealedEvent[]): Promise<OpenedData[]> {
  const subjects = new Set(events.flatMap(({ data }) => sealedTexts(data)).map(subjectOf));
  if (subjects.size > 0) await keys.preload([...subjects]);
  const opened: OpenedData[] = [];
  for (const event of events) opened.push(await openEvent(keys, event));
  return opened;
}

async function openEvent(keys: TenantKeys, { aggregateId, type, data }: SealedEvent): Promise<OpenedData> {
  let erased = false;
  async function open(value: unknown, path: string): Promise<unknown> {
    if (isSealed(value)) {
      const plain = await keys.open(value, eventPlace(keys.tenantId, aggregateId, type, pathOf(value) ?? path));
      if (!isErased(plain)) return plain;
      erased = true;
      return null;
    }
    if (typeof value !== 'object' || value === null) return value;
    const copy: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value))
      copy.push([key, await open(item, path === '' ? key : `${path}.${key}`)]);
    return Array.isArray(value) ? copy.map(([, item]) => item) : Object.fromEntries(copy);
  }
  return { data: await open(data, ''), erased };
}

function sealedTexts(value: unknown): string[] {
  if (isSealed(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(sealedTexts) : [];
}
