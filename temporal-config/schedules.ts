// The schedules of the program, created or brought up to date. Idempotent.
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';

/** Drains what the relay left: a net under it, every 30 s. A run that is still going makes the next one be skipped. */
const drainOutbox = { scheduleId: 'process-outbox-events', workflowType: 'processOutboxEvents', every: '30s' } as const;

/** Makes every schedule what it should be; answers their ids. A schedule that somebody paused stays paused. */
export async function ensureSchedules(client: Client, { taskQueue }: { taskQueue: string }): Promise<string[]> {
  const { scheduleId, workflowType, every } = drainOutbox;
  const schedule = {
    spec: { intervals: [{ every }] },
    action: { type: 'startWorkflow', workflowType, workflowId: scheduleId, taskQueue, args: [] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m', pauseOnFailure: false },
  } as const;
  try {
    await client.schedule.create({
      scheduleId,
      ...schedule,
      action: { ...schedule.action, args: [] },
      spec: { intervals: [{ every }] },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const handle = client.schedule.getHandle(scheduleId);
    await handle.update((previous) => ({
      ...schedule,
      spec: { intervals: [{ every }] },
      action: { ...schedule.action, args: [] },
      state: previous.state,
    }));
  }
  return [scheduleId];
}
