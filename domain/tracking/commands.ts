// What can be asked of a tracking: one schema per command.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { id, label, map } from '../kernel/fields.ts';

export const trackingCommands = defineCommands({
  'tracking.create': z.object({
    trackingId: id,
    projectId: id,
    contactId: id,
    sessionId: id.optional(),
    source: label,
    platform: label,
  }),
  /** Adds what was learnt; fields that are there already are replaced. */
  'tracking.enrich': z.object({ enrichmentSource: label, changes: map }),
});

/** Any command of a tracking. */
export type TrackingCommand = CommandsOf<typeof trackingCommands>;
