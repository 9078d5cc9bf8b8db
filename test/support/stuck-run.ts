// A saga that stands still because its step fails, for tests of what happens to it then and to others meanwhile.
import { type SagaStatus, statusQuery } from '../../workflows/names.ts';
import { eventually } from './eventually.ts';
import type { SagaRun, Shop } from './shop.ts';
import { fails, type Switchboard } from './switchboard.ts';

/** What the workflow says of itself. */
export const statusOf = (run: Pick<SagaRun, 'handle'>): Promise<SagaStatus> =>
  run.handle.query<SagaStatus>(statusQuery);

/** Waits until it is stuck. */
export async function untilStuck(run: Pick<SagaRun, 'handle'>): Promise<SagaStatus> {
  const isStuck = async (): Promise<SagaStatus | false> => {
    const now = await statusOf(run);
    return now.state === 'stuck' && now;
  };
  return eventually(isStuck, { timeoutMs: 30_000 });
}

/** Starts the saga of a body and lets it get stuck after its message is stored. */
export async function startStuck(shop: Shop, switchboard: Switchboard, body: object): Promise<SagaRun> {
  const run = shop.sagaOf(await shop.store(body));
  switchboard.put(run.workflowId, 'recordMessage', fails());
  await shop.startSaga(run.raw);
  await untilStuck(run);
  return run;
}
