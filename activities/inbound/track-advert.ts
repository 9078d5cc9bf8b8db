// Notes that a message came from an advert: on the contact, and as a tracking of its own.
import { aggregates } from '../../db/aggregates.ts';
import type { Database } from '../../db/deps.ts';
import { absent, execute } from '../../db/execute.ts';
import type { Advert } from '../../integrations/waha/gateway-event.ts';
import type { StepWork } from '../saga-steps.ts';
import type { MessagePlace } from './message.ts';

/** Notes it; gives the tracking's id. */
export async function trackAdvert(
  database: Database,
  { tx, cause }: StepWork,
  place: MessagePlace,
  messageId: string,
  ad: Advert,
): Promise<string> {
  const { contactId } = place.contact;
  const session = place.session.sessionId ? { sessionId: place.session.sessionId } : {};
  const track = { type: 'contact.track_ad', data: { ...session, messageId, ...ad } } as const;
  await execute(database, tx, aggregates.contact, contactId, track, cause);
  const trackingId = database.ids.next();
  const { projectId } = place.validated;
  const data = { trackingId, projectId, contactId, ...session, ...originOf(ad) };
  await execute(database, tx, aggregates.tracking, trackingId, { type: 'tracking.create', data }, cause, {
    loaded: absent(aggregates.tracking),
  });
  return trackingId;
}

/** What of an advert goes into `tracking.create`. */
export function originOf({ conversionApp }: Advert) {
  return { source: 'meta_ads', platform: conversionApp ?? 'whatsapp' };
}
