// The API's dealings with running workflows: the status query, the operator's signals, links into the Temporal UI. Every call is bounded in time.
import { WorkflowNotFoundError } from '@temporalio/client';
import { DomainError, violated } from '../domain/kernel/errors.ts';
import type { Config } from '../platform/config.ts';
import { holdSignals, type SagaStatus, sagaSignals, statusQuery } from '../workflows/names.ts';
import type { ApiDeps } from './api-deps.ts';

const signals = { ...sagaSignals, ...holdSignals };
/** What an operator can tell a saga. */
export type OperatorSignal = keyof typeof signals;

const queryMs = 2_000;
const signalMs = 4_000;

/** A workflow's own word; `live` null with the reason when it can't be asked: no worker, no server, or its history is gone. */
export async function liveStatus(
  { temporal }: ApiDeps,
  workflowId: string,
): Promise<{ live: SagaStatus | null; liveError: string | null }> {
  try {
    const live = await temporal.within(queryMs, () =>
      temporal.client.workflow.getHandle(workflowId).query<SagaStatus>(statusQuery),
    );
    return { live, liveError: null };
  } catch (error) {
    const gone = error instanceof WorkflowNotFoundError;
    return {
      live: null,
      liveError: gone ? 'Temporal has no such workflow any more.' : 'The workflow does not answer.',
    };
  }
}

/** Sends a signal. Throws DomainError rule_violated when the saga says it takes none such now, or has ended; unavailable without Temporal. */
export async function signalSaga(deps: ApiDeps, workflowId: string, signal: OperatorSignal): Promise<void> {
  const { live } = await liveStatus(deps, workflowId);
  // A workflow that does not answer may be stuck all the same: the signal is kept for it.
  if (live && !live.signals.includes(signal)) {
    const taken = live.signals.length > 0 ? `it takes ${live.signals.join(', ')} now` : 'it takes no signal now';
    throw violated('signal_not_taken', `The saga is ${live.state}: ${taken}.`);
  }
  const { temporal } = deps;
  try {
    await temporal.within(signalMs, () => temporal.client.workflow.getHandle(workflowId).signal(signals[signal]));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      throw violated('saga_ended', 'The saga has ended: there is nothing left to steer.');
    throw new DomainError('unavailable', 'The Temporal server can not be reached right now: try again in a moment.');
  }
}

/** Where to look and what to call next. */
export function sagaLinks(
  { TEMPORAL_UI_URL, TEMPORAL_NAMESPACE }: Config,
  correlationId: string,
  workflowId: string,
  runId: string | null,
): Record<string, string> {
  const ui = TEMPORAL_UI_URL.replace(/\/+$/, '');
  const workflow = `${ui}/namespaces/${encodeURIComponent(TEMPORAL_NAMESPACE)}/workflows/${encodeURIComponent(workflowId)}`;
  const self = `/v1/sagas/${correlationId}`;
  return {
    self,
    events: `/v1/outbox/events?correlationId=${correlationId}`,
    temporalUi: runId === null ? workflow : `${workflow}/${encodeURIComponent(runId)}/history`,
    retry: `${self}/retry`,
    skip: `${self}/skip`,
    abort: `${self}/abort`,
    pause: `${self}/pause`,
    resume: `${self}/resume`,
  };
}
