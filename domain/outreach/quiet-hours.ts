// Hours of the day in which nobody is written to, by the clock on the contact's own wall. Pure: the moment is given.
import { z } from 'zod';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 21:00');
const timeZone = z
  .string()
  .max(64)
  .refine((zone) => clockOf(zone) !== undefined, 'must be a time zone such as America/Sao_Paulo');

/** From when to when (it may be over midnight), and whose clock counts for contacts of whom no time zone is known. */
export const quietHoursSchema = z
  .strictObject({ from: timeOfDay, to: timeOfDay, timeZone })
  .refine(({ from, to }) => from !== to, 'from and to must differ');
/** Hours in which nobody is written to. */
export type QuietHours = z.infer<typeof quietHoursSchema>;

const dayMinutes = 24 * 60;
const minuteMs = 60_000;

/** When the quiet that holds at `nowMs` ends, in ms; undefined: there is none. `zone` is the contact's; one that nobody knows counts as none. */
export function quietUntil(quiet: QuietHours, zone: string | null, nowMs: number): number | undefined {
  const clock = clockFor(quiet, zone);
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const now = clock ? minutesAt(clock, nowMs) : undefined;
  if (clock === undefined || now === undefined) return undefined;
  const isQuiet = from < to ? now >= from && now < to : now >= from || now < to;
  return isQuiet ? nextTime(clock, to, nowMs) : undefined;
}

/** When the next quiet begins after `nowMs`, in ms. */
export function nextQuiet(quiet: QuietHours, zone: string | null, nowMs: number): number {
  const clock = clockFor(quiet, zone);
  return clock ? nextTime(clock, minutesOf(quiet.from), nowMs) : Number.POSITIVE_INFINITY;
}

const clockFor = (quiet: QuietHours, zone: string | null): Intl.DateTimeFormat | undefined =>
  (zone === null ? undefined : clockOf(zone)) ?? clockOf(quiet.timeZone);

/** When the clock next shows `minutes`, later than `nowMs`. */
function nextTime(clock: Intl.DateTimeFormat, minutes: number, nowMs: number): number {
  const minute = Math.floor(nowMs / minuteMs) * minuteMs;
  const ahead = (minutes - minutesAt(clock, minute) + dayMinutes) % dayMinutes || dayMinutes;
  const at = minute + ahead * minuteMs;
  // A clock that was put on or back in between is off by that much.
  const off = ((minutes - minutesAt(clock, at) + 1.5 * dayMinutes) % dayMinutes) - dayMinutes / 2;
  return Math.max(at + off * minuteMs, minute + minuteMs);
}

const clocks = new Map<string, Intl.DateTimeFormat | undefined>();

/** A clock of the zone; undefined: there is no such zone. */
function clockOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!clocks.has(zone)) clocks.set(zone, makeClock(zone));
  return clocks.get(zone);
}

function makeClock(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  } catch {
    return undefined;
  }
}

const minutesAt = (clock: Intl.DateTimeFormat, ms: number): number => minutesOf(clock.format(ms));

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}
