// The ways of refreshCredential and tendCredentials: on credentials of shops of their own, without a server.
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { TokenSandbox } from '../../../ops/sandbox/oauth/sandbox.ts';
import { refreshWorkflowId, sagaSignals, workflowNames } from '../../../workflows/names.ts';
import { credentialStage } from '../credential-stage.ts';
import { untilStuck } from '../stuck-run.ts';
import { type Fault, fails, failsForGood, gate } from '../switchboard.ts';
import { resultOf, type Stage, startWorkflow, type Way, type Ways } from './way.ts';

/** Nothing is called at an address of this kind. */
const nowhere = { clients: [] as object[], url: 'ftp://example.com/token' } as unknown as TokenSandbox;

async function start(stage: Stage, faults: Readonly<Record<string, Fault>>): Promise<WorkflowHandle> {
  const { tenantId, credentialId } = await credentialStage(stage.product, nowhere, { seconds: 9_000 });
  const refreshId = randomUUID();
  const workflowId = refreshWorkflowId(refreshId);
  for (const [activity, fault] of Object.entries(faults)) stage.switchboard.put(workflowId, activity, fault);
  const input = { tenantId, credentialId, refreshId };
  return startWorkflow(stage, workflowNames.refreshCredential, { workflowId, input });
}

const way =
  (faults: Readonly<Record<string, Fault>>, steer?: (handle: WorkflowHandle) => Promise<unknown>): Way =>
  async (stage) => {
    const handle = await start(stage, faults);
    await steer?.(handle);
    await resultOf(handle);
    return handle;
  };

const waits = gate('before');

/** By name. */
export const refreshWays: Ways = {
  completed: way({ refreshCredential: async () => undefined }),
  refused: way({ refreshCredential: failsForGood }),
  'stuck-aborted': way({ openRefresh: fails() }, async (handle) => {
    await untilStuck({ handle });
    await handle.signal(sagaSignals.abort);
  }),
  cancelled: way({ refreshCredential: waits.fault }, async (handle) => {
    await waits.reached;
    await handle.cancel();
    waits.open();
  }),
};

let looks = 0;
async function look(stage: Stage): Promise<WorkflowHandle> {
  looks += 1;
  const handle = await startWorkflow(stage, workflowNames.tendCredentials, { workflowId: `tend-credentials-${looks}` });
  await resultOf(handle);
  return handle;
}

/** By name. */
export const tendWays: Ways = {
  'nothing-due': look,
  begun: async (stage) => {
    await credentialStage(stage.product, nowhere, { seconds: 200 });
    return look(stage);
  },
  'under-way': async (stage) => {
    const { tenantId, credentialId, query } = await credentialStage(stage.product, nowhere, { seconds: 9_000 });
    const refreshId = randomUUID();
    await query(
      'insert into credential_refreshes (tenant_id, id, credential_id) values ($1, $2, $3)',
      refreshId,
      credentialId,
    );
    const workflowId = refreshWorkflowId(refreshId);
    stage.switchboard.put(workflowId, 'openRefresh', fails());
    const input = { tenantId, credentialId, refreshId };
    const running = await startWorkflow(stage, workflowNames.refreshCredential, { workflowId, input });
    await untilStuck({ handle: running });
    const handle = await look(stage);
    await running.signal(sagaSignals.abort);
    await resultOf(running);
    return handle;
  },
};
