// The enrichment: what a model says about one message's media. The row is the truth; it is inserted as requested, with sequence 0.
import { defineAggregate } from '../kernel/define-aggregate.ts';
import { DomainError, violated } from '../kernel/errors.ts';
import type { EnrichmentCommand } from './commands.ts';
import type { EnrichmentEvent, enrichmentKinds } from './events.ts';

/** An enrichment's state; `createdAt` is when it was requested. Times are ISO 8601. */
export type Enrichment = {
  readonly id: string;
  readonly projectId: string;
  readonly messageId: string;
  readonly contactId: string;
  readonly kind: (typeof enrichmentKinds)[number];
  readonly mediaUrl: string | null;
  readonly status: 'requested' | 'completed' | 'failed';
  readonly provider: string | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly failureReason: string | null;
  readonly completedAt: string | null;
  readonly failedAt: string | null;
  readonly createdAt: string | null;
};

export const enrichment = defineAggregate<Enrichment, EnrichmentCommand, EnrichmentEvent>({
  aggregate: 'enrichment',
  storage: 'state',
  initialState: () => ({
    id: '',
    projectId: '',
    messageId: '',
    contactId: '',
    kind: 'image',
    mediaUrl: null,
    status: 'requested',
    provider: null,
    result: null,
    failureReason: null,
    completedAt: null,
    failedAt: null,
    createdAt: null,
  }),
  decide,
  evolve,
});

function decide(command: EnrichmentCommand, state: Enrichment): EnrichmentEvent[] {
  if (state.createdAt === null) throw new DomainError('not_found', 'There is no such enrichment.');
  const { at } = command;
  const { id: enrichmentId, messageId, contactId, kind } = state;
  const outcome = command.type === 'enrichment.complete' ? 'completed' : 'failed';
  // Providers tell twice at times: the first answer stands.
  if (state.status === outcome) return [];
  if (state.status !== 'requested')
    throw violated('enrichment_finished', `The enrichment has ${state.status} already: request another one.`);
  const about = { enrichmentId, messageId, contactId, kind };
  switch (command.type) {
    case 'enrichment.complete':
      return [{ type: 'enrichment.completed', data: { ...about, ...command.data, completedAt: at } }];
    case 'enrichment.fail':
      return [{ type: 'enrichment.failed', data: { ...about, ...command.data, failedAt: at } }];
  }
}

function evolve(state: Enrichment, event: EnrichmentEvent): Enrichment {
  switch (event.type) {
    case 'enrichment.completed': {
      const { provider, result, completedAt } = event.data;
      return { ...state, status: 'completed', provider, result, completedAt };
    }
    case 'enrichment.failed': {
      const { provider, reason, failedAt } = event.data;
      return { ...state, status: 'failed', provider, failureReason: reason, failedAt };
    }
  }
}
