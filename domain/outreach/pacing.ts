// How fast a number may send: a token bucket with jitter, a warm-up, a daily limit and the gateway's word on capping. Pure: time and chance are given.
import { z } from 'zod';
import { nextQuiet, quietHoursSchema, quietUntil } from './quiet-hours.ts';

/** How a channel's number is paced, for all that broadcasts send by it. Days are those of UTC. */
export const pacingPolicySchema = z.strictObject({
  ratePerMinute: z.number().int().min(1).max(600),
  /** By how much a gap is drawn out at random: 0.5 makes it up to half as long again. */
  jitter: z.number().min(0).max(2),
  dailyLimit: z.number().int().min(1).max(1_000_000).nullable(),
  /** A new number sends `firstDay` messages on its first day, `growth` times as many on each further day that it sends on. */
  warmUp: z
    .strictObject({ firstDay: z.number().int().min(1).max(10_000), growth: z.number().min(1.01).max(5) })
    .nullable(),
  quietHours: quietHoursSchema.nullable(),
});
/** How a number is paced. */
export type PacingPolicy = z.infer<typeof pacingPolicySchema>;

/** As long as nobody has said otherwise: only the broadcasts' own rates hold. */
export const defaultPacing: PacingPolicy = {
  ratePerMinute: 600,
  jitter: 0.25,
  dailyLimit: null,
  warmUp: null,
  quietHours: null,
};

/** What the gateway says about a number's quota: how many it may still send until when (ms); null: it does not say. */
export type Capping = {
  readonly status: 'NONE' | 'FIRST_WARNING' | 'SECOND_WARNING' | 'CAPPED';
  readonly remaining: number | null;
  readonly until: number | null;
};

/** Where a bucket is. `fullAt`: when it will be full again, in ms; `daysUsed`: days before `day` on which it was used. */
export type PacingState = {
  readonly fullAt: number;
  readonly day: number;
  readonly usedOnDay: number;
  readonly daysUsed: number;
  readonly capping: Capping | null;
};

/** A bucket that was never used. */
export const unused: PacingState = { fullAt: 0, day: 0, usedOnDay: 0, daysUsed: 0, capping: null };

/** A bucket with its policy. */
export type Bucket = { readonly state: PacingState; readonly policy: PacingPolicy };

const dayMs = 24 * 3_600_000;
/** For so long a bucket saves up what was not used: a timer that comes late costs no speed, a long pause makes no burst. */
const savedMs = 2_000;
/** How long a capped number rests when the gateway does not say until when. */
const cappedMs = 3_600_000;
/** Warnings stretch the gaps. */
const slower = { NONE: 1, FIRST_WARNING: 2, SECOND_WARNING: 4, CAPPED: 4 } as const;

/** Takes one out of all buckets, or out of none: then `waitMs` tells how long to wait before it is worth trying again. `random` is from 0 to below 1. */
export function take(
  buckets: readonly Bucket[],
  { nowMs, random }: { readonly nowMs: number; readonly random: number },
): { readonly waitMs: number; readonly states: readonly PacingState[] } {
  const waitMs = waitFor(buckets, nowMs);
  if (waitMs > 0) return { waitMs, states: buckets.map(({ state }) => state) };
  return { waitMs: 0, states: buckets.map((bucket) => spend(bucket, nowMs, random)) };
}

/** How long until one can be taken out of all of them, as things stand. */
export function waitFor(buckets: readonly Bucket[], nowMs: number): number {
  return Math.max(0, ...buckets.map((bucket) => freeAt(bucket, nowMs) - nowMs));
}

/** When `count` more will have been taken, at the gaps that are to be expected and by the buckets' own quiet hours; Infinity: not within ten years. */
export function finishAt(
  buckets: readonly Bucket[],
  { count, nowMs }: { readonly count: number; readonly nowMs: number },
): number {
  if (count === 0) return nowMs;
  const gap = Math.max(...buckets.map(({ state, policy }) => gapOf(state, policy, nowMs) * (1 + policy.jitter / 2)));
  let now = buckets;
  let left = count;
  let at = nowMs + waitFor(buckets, nowMs);
  while (at < nowMs + 3650 * dayMs) {
    const awakeAt = Math.max(at, ...now.map(({ policy }) => awakeFrom(policy, at)));
    const day = dayOf(awakeAt);
    const room = Math.min(...now.map((bucket) => roomOn(bucket, day)));
    const end = Math.min((day + 1) * dayMs, ...now.map(({ policy }) => quietFrom(policy, awakeAt)));
    const fitting = Math.min(left, room, Math.ceil((end - awakeAt) / gap));
    left -= fitting;
    if (left === 0) return awakeAt + (fitting - 1) * gap;
    now = now.map(({ state, policy }) => {
      const today = onDay(state, day);
      return { policy, state: { ...today, usedOnDay: today.usedOnDay + fitting } };
    });
    at = fitting < room ? Math.max(end, awakeAt + fitting * gap) : (day + 1) * dayMs;
  }
  return Number.POSITIVE_INFINITY;
}

const awakeFrom = ({ quietHours }: PacingPolicy, at: number): number =>
  (quietHours && quietUntil(quietHours, null, at)) ?? at;
const quietFrom = ({ quietHours }: PacingPolicy, at: number): number =>
  quietHours ? nextQuiet(quietHours, null, at) : Number.POSITIVE_INFINITY;

function freeAt({ state, policy }: Bucket, nowMs: number): number {
  const capping = heldBy(state, nowMs);
  const isSpent = capping?.status === 'CAPPED' || capping?.remaining === 0;
  const day = dayOf(nowMs);
  const gap = gapOf(state, policy, nowMs);
  return Math.max(
    nowMs,
    Math.ceil(state.fullAt - (sizeOf(gap) - 1) * gap),
    roomOn({ state, policy }, day) > 0 ? 0 : (Math.max(day, state.day) + 1) * dayMs,
    isSpent ? (capping.until ?? nowMs + cappedMs) : 0,
  );
}

function spend({ state, policy }: Bucket, nowMs: number, random: number): PacingState {
  const today = onDay(state, dayOf(nowMs));
  const capping = heldBy(state, nowMs);
  return {
    ...today,
    fullAt: Math.max(state.fullAt, nowMs) + gapOf(state, policy, nowMs) * (1 + policy.jitter * random),
    usedOnDay: today.usedOnDay + 1,
    capping: capping && {
      ...capping,
      remaining: capping.remaining === null ? null : Math.max(0, capping.remaining - 1),
    },
  };
}

/** The gateway's word, as long as it holds. */
function heldBy({ capping }: PacingState, nowMs: number): Capping | null {
  return capping !== null && (capping.until === null || capping.until > nowMs) ? capping : null;
}

function gapOf(state: PacingState, policy: PacingPolicy, nowMs: number): number {
  return (60_000 / policy.ratePerMinute) * slower[heldBy(state, nowMs)?.status ?? 'NONE'];
}

const sizeOf = (gap: number): number => Math.max(1, Math.floor(savedMs / gap));
const dayOf = (ms: number): number => Math.floor(ms / dayMs);

/** The state on a day; a clock that was put back does not give a day's limit twice. */
function onDay(state: PacingState, day: number): PacingState {
  if (day <= state.day) return state;
  return { ...state, day, usedOnDay: 0, daysUsed: state.daysUsed + (state.usedOnDay > 0 ? 1 : 0) };
}

/** How many more may go on a day. */
function roomOn({ state, policy }: Bucket, day: number): number {
  const { usedOnDay, daysUsed } = onDay(state, day);
  const { warmUp, dailyLimit } = policy;
  const warm = warmUp === null ? Number.POSITIVE_INFINITY : Math.floor(warmUp.firstDay * warmUp.growth ** daysUsed);
  return Math.max(0, Math.min(warm, dailyLimit ?? Number.POSITIVE_INFINITY) - usedOnDay);
}
