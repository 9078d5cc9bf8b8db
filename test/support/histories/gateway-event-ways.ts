// The ways of processGatewayEvent: an acknowledgement, applied, stuck or stopped.
import type { WorkflowHandle } from '@temporalio/client';
import { startGatewayEventSaga } from '../../../intake/start-gateway-event-saga.ts';
import { sagaSignals } from '../../../workflows/names.ts';
import { gatewayMessage, randomInnerId } from '../messages.ts';
import { untilStuck } from '../stuck-run.ts';
import { type Fault, fails, failsForGood, gate, type Switchboard } from '../switchboard.ts';
import { resultOf, type Way, type Ways } from './way.ts';

type Steering = { readonly handle: WorkflowHandle; readonly workflowId: string; readonly switchboard: Switchboard };

const apply = 'applyGatewayEvent';

const way =
  (fault?: Fault, steer?: (steering: Steering) => Promise<void>): Way =>
  async ({ product, switchboard }) => {
    const id = `true_5511987650001@c.us_${randomInnerId()}`;
    const ack = { ...gatewayMessage(), event: 'message.ack', payload: { id, fromMe: true, ack: 3, ackName: 'READ' } };
    const raw = await product.store(ack);
    const workflowId = `gateway-event-${raw.id}-${raw.runNumber}`;
    if (fault) switchboard.put(workflowId, apply, fault);
    await startGatewayEventSaga(product.temporal.client, product.stack.taskQueue, raw);
    const handle = product.temporal.client.workflow.getHandle(workflowId);
    await steer?.({ handle, workflowId, switchboard });
    await resultOf(handle);
    return handle;
  };

const cancelledAt =
  (where: 'before' | 'after'): Way =>
  (stage) => {
    const stand = gate(where);
    const steer = async ({ handle }: Steering): Promise<void> => {
      await stand.reached;
      await handle.cancel();
      stand.open();
    };
    return way(stand.fault, steer)(stage);
  };

/** By name. */
export const gatewayEventWays: Ways = {
  completed: way(),
  refused: way(failsForGood),
  'stuck-retried': way(fails(), async ({ handle, workflowId, switchboard }) => {
    await untilStuck({ handle });
    switchboard.clear(workflowId, apply);
    await handle.signal(sagaSignals.retry);
  }),
  'stuck-aborted': way(fails(), async ({ handle }) => {
    await untilStuck({ handle });
    await handle.signal(sagaSignals.abort);
  }),
  'stuck-cancelled': way(fails(), async ({ handle }) => {
    await untilStuck({ handle });
    await handle.cancel();
  }),
  'cancelled-before': cancelledAt('before'),
  'cancelled-after': cancelledAt('after'),
};
