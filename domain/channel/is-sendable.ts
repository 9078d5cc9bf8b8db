// Whether messages can be put into a channel.
import type { Channel } from './channel.ts';

/** A connection that is lost for a moment comes back; one that was never made does not. */
export function isSendable(status: Channel['status'] | null | undefined): boolean {
  return status === 'active' || status === 'disconnected' || status === 'connecting';
}
