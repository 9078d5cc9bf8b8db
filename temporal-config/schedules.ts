// The schedules of the program, created or brought up to date. Idempotent.
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';

/** What runs by itself. A run that is still going makes the next one be skipped. */
const schedules = [
  // Drains what the relay left: a net under it.
  { scheduleId: 'process-outbox-events', workflowType: 'processOutboxEvents', every: '30s' },
  // Has contact lists recalculated that are due.
  { scheduleId: 'recalculate-due-lists', workflowType: 'recalculateDueLists', every: '1m' },
  // Has credentials say that their time is over, and refreshes those whose time comes.
  { scheduleId: 'tend-credentials', workflowType: 'tendCredentials', every: '30s' },
] as const;

/** Makes every schedule what it should be; answers their ids. A schedule that somebody paused stays paused. */
export async function ensureSchedules(client: Client, { taskQueue }: { taskQueue: string }): Promise<string[]> {
  for (const schedule of schedules) await ensureSchedule(client, taskQueue, schedule);
  return schedules.map(({ scheduleId }) => scheduleId);
}

async function ensureSchedule(
  client: Client,
  taskQueue: string,
  { scheduleId, workflowType, every }: (typeof schedules)[number],
): Promise<void> {
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
}
