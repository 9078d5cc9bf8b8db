// What is told of sessions and campaigns in numbers: counts and seconds, no personal data.
import { z } from '@hono/zod-openapi';
import { sessionGroups } from '../../db/queries/session-analytics.ts';
import { campaignGoals } from '../../domain/campaign/events.ts';
import { moment, uuid } from './common.ts';

const count = z.number().int().min(0);
const seconds = z.number().min(0).nullable();

/** The longest range. */
export const maxRangeDays = 366;

const aMoment = z.iso
  .datetime({ offset: true })
  .regex(/^(19|2\d)\d\d-/, 'must be a moment between the years 1900 and 2999');
const isTimezone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** What the analytics of sessions take. */
export const sessionAnalyticsQuery = z.object({
  from: aMoment.openapi({ description: 'Sessions that began then or later.', example: '2026-01-01T00:00:00.000Z' }),
  to: aMoment.openapi({
    description: `Sessions that began before; at most ${maxRangeDays} days after \`from\`.`,
    example: '2026-02-01T00:00:00.000Z',
  }),
  groupBy: z.enum(sessionGroups),
  timezone: z
    .string()
    .max(64)
    .regex(/^[A-Za-z]/, 'must be the name of a time zone, for example America/Sao_Paulo')
    .refine(isTimezone, 'must be the name of a time zone, for example America/Sao_Paulo')
    .default('UTC')
    .openapi({ description: 'Whose days `groupBy=day` counts.', example: 'UTC' }),
  projectId: uuid.optional(),
  channelId: uuid.optional(),
  agentId: uuid.optional(),
});

const spread = (what: string) =>
  z.object({ count, average: seconds, median: seconds, p90: seconds }).openapi({ description: what });

const totals = {
  sessions: count,
  open: count,
  ended: count,
  resolved: count,
  escalated: count,
  abandoned: count,
  waiting: count.openapi({ description: 'Open ones in which the contact waits for an answer.' }),
  messages: count,
  contactMessages: count,
  ownMessages: count,
  durationSeconds: spread('From beginning to end, of those that ended.'),
  firstResponseSeconds: spread(
    'From the first message of the contact that waited to our next one, of those that were answered.',
  ),
  responseSeconds: z.object({ count, average: seconds }).openapi({
    description: 'The same for every answer: all messages of the contact since our last one wait together.',
  }),
};

/** Sessions in numbers. */
export const sessionAnalyticsSchema = z
  .object({
    from: moment,
    to: moment,
    groupBy: z.enum(sessionGroups),
    timezone: z.string(),
    total: z.object(totals).openapi('SessionTotals'),
    groups: z
      .array(
        z.object({
          key: z.string().nullable().openapi({
            description:
              'The id of the agent or channel, or the day as YYYY-MM-DD; null: sessions that have none. A session counts for the agent who has it now, or had it last.',
          }),
          ...totals,
        }),
      )
      .openapi({ description: 'Each session is in one of them: they add up to the total.' }),
  })
  .openapi('SessionAnalytics');

/** A campaign in numbers. */
export const campaignResultsSchema = z
  .object({
    campaignId: uuid,
    audience: count.openapi({ description: 'Different contacts who were ever put in.' }),
    enrolled: count.openapi({
      description: 'Times a contact was put in: active, paused, completed and exited add up to it.',
    }),
    active: count,
    paused: count,
    completed: count,
    exited: count,
    exitReasons: z
      .array(z.object({ reason: z.string(), count }))
      .openapi({ description: 'They add up to `exited`; rare ones together, as `other`.' }),
    messages: z
      .object({
        total: count.openapi({ description: 'queued, sent and failed add up to it.' }),
        queued: count,
        sent: count.openapi({ description: 'Sent, and perhaps delivered and read since.' }),
        delivered: count.openapi({ description: 'Delivered, and perhaps read since.' }),
        read: count,
        failed: count,
        replied: count.openapi({ description: 'Messages after which the contact wrote within seven days.' }),
      })
      .openapi({ description: 'Messages that were sent for the campaign.' }),
    goal: z
      .object({
        type: z.enum(campaignGoals),
        target: z.number().nullable(),
        reached: count.openapi({
          description:
            'reach_contacts: contacts to whom a message was sent. conversions: enrolments that were completed. engagement: contacts who wrote back.',
        }),
        share: z.number().min(0).nullable().openapi({ description: 'Of the target; null: there is none.' }),
      })
      .openapi({ description: 'How far the goal is.' }),
  })
  .openapi('CampaignResults');
