// How an agent's e-mail address is looked up: by its blind index.
import { agentEmail } from '../db/stores/agent-store.ts';
import type { TenantKeys } from '../db/tenant-keys.ts';

/** What an agent's address is looked up by. */
export function agentEmailIndex(keys: TenantKeys, address: string): Promise<string> {
  const { field, value } = agentEmail(address);
  return keys.blindIndex(field, value);
}
