// What can be asked of an enrichment: one schema per command. There is none to request one: its row comes with the message's request.
import { z } from 'zod';
import { type CommandsOf, defineCommands } from '../kernel/define-aggregate.ts';
import { label, map, reason } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';

export const enrichmentCommands = defineCommands({
  'enrichment.complete': z.object({ provider: label, result: pii(map) }),
  'enrichment.fail': z.object({ provider: label, reason }),
});

/** Any command of an enrichment. */
export type EnrichmentCommand = CommandsOf<typeof enrichmentCommands>;
