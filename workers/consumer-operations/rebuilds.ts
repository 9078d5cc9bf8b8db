// Which consumers can be rebuilt from the log: how to clear what they have made, or why it can't be. A consumer without a line does not compile.
import type { ClearReadModel } from '../../db/consumer-rebuild.ts';
import { clearTimeline } from '../../db/projections/contact-timeline.ts';
import { clearDeliveries } from '../../db/projections/message-deliveries.ts';
import type { consumerRows } from '../consumers/rows.ts';

/** `clear` gets the ids of events; of an ordered consumer, those of aggregates. `refusal` says what to do instead. */
export type Rebuild = { readonly clear: ClearReadModel } | { readonly refusal: string };

/** By consumer. */
export const rebuilds: Readonly<Record<keyof typeof consumerRows, Rebuild>> = {
  contact_event_consumer: { clear: clearTimeline },
  waha_message_consumer: { clear: clearDeliveries },
  workflow_starter: {
    refusal:
      'workflow_starter has no read model: what it made are workflows, and starting them again would send messages twice. ' +
      'A replay is safe: it starts only what was never started.',
  },
  automation_consumer: {
    refusal:
      'automation_consumer has no read model: what it made are commands to other things, and doing them again would do them twice. ' +
      'A replay is safe: a rule runs once for an event.',
  },
};
