// Asks the gateway for the number behind a hidden id, briefly: a gateway that does not answer costs a message two seconds, never its saga.
import type { LookupLid } from '../../activities/inbound/contact.ts';
import type { WahaClient } from '../../integrations/waha/client.ts';

const limitMs = 2_000;

/** The number, or undefined when the gateway does not know it or does not answer in time. */
export function createLidLookup(gateway: Pick<WahaClient, 'lookupLid'>): LookupLid {
  return async (session, lid) => {
    const answer = gateway.lookupLid(session, lid).then(
      ({ phone }) => phone,
      () => undefined,
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), limitMs);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  };
}
