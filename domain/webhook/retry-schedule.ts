// When a delivery that failed is tried again: the published schedule, in seconds after the attempt before.

/** Five seconds to a day, over three days in all. */
export const retrySchedule = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

/** A day: no delivery waits longer, whatever the other side asks for. */
const longestSeconds = 86_400;

/** The seconds until the next attempt after attempt number `attempt` (from 1); what the other side asks for (`Retry-After`) is kept when it is longer. */
export function retryAfterSeconds(attempt: number, asked = 0): number {
  const usual = retrySchedule[Math.min(attempt, retrySchedule.length) - 1] ?? retrySchedule[0];
  return Math.min(Math.max(usual, asked), longestSeconds);
}
