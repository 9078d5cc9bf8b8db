// A time to wait before the next step, as people say it: 30 minutes, 2 hours, 3 days. At most a year.
import { z } from 'zod';

const unitMs = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
/** What a delay is counted in. A day is 24 hours, whatever the clocks do. */
const delayUnits = ['minutes', 'hours', 'days'] as const;
const longestMs = 365 * unitMs.days;

/** A delay; 0 of any unit is none. */
export const delaySchema = z
  .object({ amount: z.number().int().min(0), unit: z.enum(delayUnits) })
  .refine(({ amount, unit }) => amount * unitMs[unit] <= longestMs, 'must be at most 365 days');
/** A delay. */
export type Delay = z.infer<typeof delaySchema>;

/** Its length in milliseconds. */
export const delayMs = ({ amount, unit }: Delay): number => amount * unitMs[unit];

/** Its length as an ISO 8601 duration: `PT30M`, `PT2H`, `P3D`. */
export function delayDuration({ amount, unit }: Delay): string {
  return unit === 'days' ? `P${amount}D` : `PT${amount}${unit === 'hours' ? 'H' : 'M'}`;
}
