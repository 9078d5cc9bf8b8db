// Which consumers can be rebuilt from the log: their projection, or how to clear what they have made, or why it can't be. A consumer without a line does not compile.
import type { ClearReadModel } from '../../db/consumer-rebuild.ts';
import { type Projection, projections } from '../../db/projections/index.ts';
import { clearDeliveries } from '../../db/projections/message-deliveries.ts';
import type { consumerRows } from '../consumers/rows.ts';

/**
 * A `projection` is made anew beside its readers, slice by slice. `clear` is for all other read models: it gets the ids of events (of an ordered consumer,
 * those of aggregates), and the consumer makes them again. `refusal` says what to do instead.
 */
export type Rebuild =
  | { readonly projection: Projection }
  | { readonly clear: ClearReadModel }
  | { readonly refusal: string };

/** By consumer. */
export const rebuilds: Readonly<Record<keyof typeof consumerRows, Rebuild>> = {
  contact_event_consumer: { projection: projections.timeline },
  session_analytics_consumer: { projection: projections.session_analytics },
  campaign_results_consumer: { projection: projections.campaign_results },
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
