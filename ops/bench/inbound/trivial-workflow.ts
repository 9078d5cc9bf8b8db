// The yardstick: the smallest workflow that does anything, one remote activity. Runs in Temporal's sandbox.
import { proxyActivities } from '@temporalio/workflow';

const { answer } = proxyActivities<{ answer(): Promise<number> }>({ startToCloseTimeout: '10s' });

/** Calls one activity and returns. */
export async function trivial(): Promise<number> {
  return answer();
}
