// Figures and log lines of sagas and gateway events: what ended how, what is stuck right now.
import type { SagaListener } from '../../activities/saga-activities.ts';
import type { Logger } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';

/** Makes the listeners that count. */
export function createSagaMetrics(metrics: Metrics, log: Logger) {
  const ended = metrics.counter({
    name: 'sagas_ended_total',
    help: 'Sagas that ended, by type and end.',
    labels: ['saga_type', 'state'],
  });
  const stuck = metrics.counter({
    name: 'sagas_stuck_total',
    help: 'Times that a saga got stuck, by type and step.',
    labels: ['saga_type', 'step'],
  });
  const events = metrics.counter({
    name: 'gateway_events_dispatched_total',
    help: 'Gateway events the dispatcher took, by kind and outcome.',
    labels: ['kind', 'outcome'],
  });
  const onSaga: SagaListener = ({ sagaType, sagaStep, workflowId }, state, reason) => {
    if (state === 'stuck') {
      stuck.inc({ saga_type: sagaType, step: sagaStep });
      log.warn({ workflowId, sagaType, sagaStep, reason }, 'a saga is stuck and waits for retry, skip or abort');
      return;
    }
    ended.inc({ saga_type: sagaType, state });
    if (state !== 'completed')
      log.warn({ workflowId, sagaType, sagaStep, reason, state }, 'a saga ended without completing');
  };
  return { onSaga, onGatewayEvent: (kind: string, outcome: string) => events.inc({ kind, outcome }) };
}
