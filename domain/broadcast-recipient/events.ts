// A recipient has no events of its own: what becomes of it is told by its message's events, and in numbers when the broadcast is over.
import { defineEvents, type EventsOf } from '../kernel/define-events.ts';

export const broadcastRecipientEvents = defineEvents('broadcast_recipient', {}, { family: 'broadcast' });

/** None. */
export type BroadcastRecipientEvent = EventsOf<typeof broadcastRecipientEvents>;
