// The ways of sessionLifecycle: on sessions of shops that have policies of their own.
import type { WorkflowHandle } from '@temporalio/client';
import { type SessionNews, sagaSignals, sessionNewsSignal, workflowNames } from '../../../workflows/names.ts';
import { eventually } from '../eventually.ts';
import { runCommand } from '../run-command.ts';
import { untilStuck } from '../stuck-run.ts';
import { failsForGood } from '../switchboard.ts';
import { resultOf, startWorkflow, type Way, type Ways } from './way.ts';

type Steering = {
  readonly handle: WorkflowHandle;
  /** Runs a command on the session. */
  readonly run: (type: string, data: object) => Promise<unknown>;
  readonly signal: (news: Partial<SessionNews>) => Promise<void>;
  /** The activity works again. */
  readonly mend: () => void;
  readonly newId: () => string;
};

type Options = {
  readonly terms?: object;
  readonly isBroken?: boolean;
  readonly steer?: (steering: Steering) => Promise<unknown>;
};

const way =
  ({ terms = {}, isBroken = false, steer }: Options): Way =>
  async (stage) => {
    const { product, switchboard } = stage;
    const { database } = product;
    const newId = () => database.ids.next();
    const { tenantId, projectId, channelId } = await product.openShop();
    const [sessionId, contactId, sessionPolicyId] = [newId(), newId(), newId()];
    const own = { tenantId, projectId };
    const world = { database, tenantId };
    await runCommand(world, 'sessionPolicy', sessionPolicyId, 'session_policy.create', {
      ...own,
      sessionPolicyId,
      ...terms,
    });
    await runCommand(world, 'contact', contactId, 'contact.create', { ...own, contactId, name: 'Ana' });
    const session = { ...own, sessionId, contactId, channelId, channelTypeId: newId() };
    await runCommand(world, 'session', sessionId, 'session.start', session);
    const workflowId = `session-lifecycle-${sessionId}`;
    if (isBroken) switchboard.put(workflowId, 'tendSession', failsForGood);
    const handle = await startWorkflow(stage, workflowNames.sessionLifecycle, {
      workflowId,
      input: { tenantId, sessionId },
    });
    await steer?.({
      handle,
      newId,
      run: (type, data) => runCommand(world, 'session', sessionId, type, data),
      signal: (news) => handle.signal(sessionNewsSignal, { messages: 0, lastMessageAt: null, look: false, ...news }),
      mend: () => switchboard.clear(workflowId, 'tendSession'),
    });
    await resultOf(handle);
    return handle;
  };

/** Stands still until something is due. */
const waits = (handle: WorkflowHandle): Promise<unknown> =>
  eventually(async () => (await handle.fetchHistory()).events?.some(({ timerStartedEventAttributes: timer }) => timer));

/** By name. */
export const sessionWays: Ways = {
  'ended-by-time': way({ terms: { inactivitySeconds: 2 } }),
  'moved-on': way({
    terms: { inactivitySeconds: 3 },
    async steer({ handle, run, signal, newId }) {
      await waits(handle);
      const recordedAt = new Date().toISOString();
      await run('session.record_message', { messageId: newId(), fromContact: true, recordedAt });
      await signal({ messages: 1, lastMessageAt: recordedAt });
    },
  }),
  'abandoned-and-ended': way({
    terms: { inactivitySeconds: 3, abandonSeconds: 1, escalateSeconds: 2 },
    async steer({ handle, run, signal, newId }) {
      await waits(handle);
      const recordedAt = new Date().toISOString();
      await run('session.record_message', { messageId: newId(), fromContact: true, recordedAt });
      await signal({ messages: 1, lastMessageAt: recordedAt });
    },
  }),
  'ended-by-a-person': way({
    async steer({ handle, run, signal }) {
      await waits(handle);
      await run('session.close', { reason: 'manual_close' });
      await signal({ look: true });
    },
  }),
  'stuck-retried': way({
    isBroken: true,
    async steer({ handle, run, mend }) {
      await untilStuck({ handle });
      mend();
      await run('session.close', { reason: 'agent_close' });
      await handle.signal(sagaSignals.retry);
    },
  }),
  'stuck-aborted': way({
    isBroken: true,
    async steer({ handle }) {
      await untilStuck({ handle });
      await handle.signal(sagaSignals.abort);
    },
  }),
  cancelled: way({
    async steer({ handle }) {
      await waits(handle);
      await handle.cancel();
    },
  }),
};
