// Opens the sealed parts of an event's data wherever they are in it; what was erased becomes null, and it is said.
import { isErased, isSealed } from '../../platform/crypto/sealed.ts';
import { eventPlace } from '../execute.ts';
import type { TenantKeys } from '../tenant-keys.ts';

/** An event's data as it is stored, and the place its parts are bound to. */
export type SealedEvent = { readonly aggregateId: string; readonly type: string; readonly data: unknown };

/** The data in the open. */
export async function openSealedParts(
  keys: TenantKeys,
  { aggregateId, type, data }: SealedEvent,
): Promise<{ data: unknown; erased: boolean }> {
  let erased = false;
  async function open(value: unknown, path: string): Promise<unknown> {
    if (isSealed(value)) {
      const opened = await keys.open(value, eventPlace(keys.tenantId, aggregateId, type, path));
      if (!isErased(opened)) return opened;
      erased = true;
      return null;
    }
    if (typeof value !== 'object' || value === null) return value;
    const at = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
    if (Array.isArray(value)) return Promise.all(value.map((item, index) => open(item, at(index))));
    const entries = Object.entries(value).map(async ([key, item]) => [key, await open(item, at(key))] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
  return { data: await open(data, ''), erased };
}
