// Consumers as operators see them: queues, lag, parked aggregates, dead letters, replays and rebuilds.
import { z } from '@hono/zod-openapi';
import { moment, uuid } from './common.ts';

const count = z.number().int().min(0);
/** Dead letters are listed by exact moments. */
const exactMoment = z.iso.datetime().openapi({ example: '2026-01-31T12:00:00.123456Z' });

/** The name in a path. */
export const consumerName = z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, 'must be the name of a consumer');
/** Paths of one consumer. */
export const consumerParams = z.object({ name: consumerName });
/** Paths of one dead letter: the event's id. */
export const letterParams = z.object({ name: consumerName, id: uuid });

const queue = z
  .object({
    name: z.string(),
    ready: count,
    unacked: count
      .nullable()
      .openapi({ description: 'Null: only the broker’s management API knows, and none is configured.' }),
    subscribers: count,
    deadQueue: z.string(),
    deadReady: count,
    lookedAt: moment,
  })
  .openapi('ConsumerQueue');

const overview = {
  name: z.string(),
  ordered: z.boolean(),
  eventTypes: z.array(z.string()),
  paused: z.object({ since: moment, note: z.string().nullable() }).nullable(),
  lagSeconds: z.number().min(0).openapi({
    description: 'Age of the oldest event on its way to the consumer; parked and dead ones are counted apart.',
  }),
  inRetry: count,
  toSendAgain: count.openapi({ description: 'Redriven or discarded, and not at the broker yet.' }),
  dead: z.object({ count, oldestAt: moment.nullable() }),
  parked: z.object({ aggregates: count, events: count, oldestAt: moment.nullable() }),
  rebuildRefusal: z.string().nullable().openapi({ description: 'Why it can not be rebuilt; null: it can.' }),
  queue: queue.nullable().openapi({ description: 'Of all tenants. Null: queueUnknown says why.' }),
  queueUnknown: z.string().nullable(),
};

/** One of the list. */
export const consumerSchema = z.object(overview).openapi('Consumer');

const parkedAggregate = z
  .object({
    aggregateId: uuid,
    events: count,
    since: moment,
    waitsForSequence: count,
    waitsForEvent: uuid.nullable(),
    why: z.string(),
  })
  .openapi('ParkedAggregate');

/** A replay or rebuild, with its progress. */
export const requestSchema = z
  .object({
    id: uuid,
    kind: z.enum(['replay', 'rebuild']),
    state: z.enum([
      'waiting',
      'clearing',
      'sending',
      'settling',
      'comparing',
      'sweeping',
      'done',
      'failed',
      'cancelled',
    ]),
    from: moment.nullable(),
    to: moment.nullable(),
    types: z.array(z.string()).nullable(),
    total: count.openapi({ description: 'What was to be sent when it was asked for; counted up to a million.' }),
    cleared: count,
    sent: count,
    settled: count,
    compared: count.openapi({ description: 'Of a projection’s rebuild: events of `total` that it has been through.' }),
    changed: count.openapi({ description: 'Of a projection’s rebuild: rows that were not as the log says.' }),
    onlyCompares: z.boolean().openapi({ description: 'It leaves these rows as they are.' }),
    lastError: z.string().nullable(),
    requestedAt: moment,
    startedAt: moment.nullable(),
    endedAt: moment.nullable(),
  })
  .openapi('ConsumerRequest');

/** One consumer with what waits in it and what was asked of it. */
export const consumerDetailSchema = z
  .object({
    ...overview,
    parkedAggregates: z.array(parkedAggregate).openapi({ description: 'The 50 that have waited longest.' }),
    requests: z.array(requestSchema).openapi({ description: 'The last 20.' }),
  })
  .openapi('ConsumerDetail');

const letter = {
  eventId: uuid,
  type: z.string(),
  aggregateId: uuid,
  attempts: count,
  reason: z.string(),
  firstFailedAt: exactMoment,
  deadAt: exactMoment,
  inLog: z.boolean().openapi({ description: 'The log still has it, so that it can be redriven.' }),
};

/** An event that a consumer gave up, without its data. */
export const letterSchema = z.object(letter).openapi('DeadLetter');
/** Why it was, and what it holds up. */
export const explainedLetterSchema = z
  .object({ ...letter, heldBack: count, explanation: z.string() })
  .openapi('ExplainedDeadLetter');

/** What a redrive by filter did or would do. */
export const redrivenLettersSchema = z
  .object({
    count,
    gone: count.openapi({ description: 'Letters whose events the log has no more: they can only be discarded.' }),
    dryRun: z.boolean(),
  })
  .openapi('RedrivenDeadLetters');

/** What a replay or rebuild sends. */
export const estimateSchema = z
  .object({
    count,
    missing: count.openapi({
      description: 'Of these, the ones that have not taken effect: only they change something.',
    }),
    dryRun: z.boolean(),
    request: requestSchema.nullable(),
  })
  .openapi('ReplayEstimate');

/** The same of a rebuild. */
export const rebuildEstimateSchema = z
  .object({
    count,
    missing: count,
    lost: count.openapi({
      description:
        'Processed events that the log has no more (of an ordered consumer: aggregates that began in them): what they made would be gone.',
    }),
    logBegins: moment.nullable(),
    dryRun: z.boolean(),
    request: requestSchema.nullable(),
  })
  .openapi('RebuildEstimate');

/** What waited for a consumer that is forgotten. */
export const retiredSchema = z
  .object({
    dead: count.openapi({ description: 'Dead letters.' }),
    parked: count.openapi({ description: 'Events that waited for earlier ones.' }),
    waiting: count.openapi({ description: 'Events that waited for another try, or to be sent again.' }),
    dryRun: z.boolean(),
  })
  .openapi('RetiredConsumer');
