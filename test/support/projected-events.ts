// Random histories of sessions, enrolments and messages, as their events tell them, for projections.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { TestEvent } from './events.ts';

const someIds = (kind: number): readonly string[] =>
  [1, 2, 3].map((n) => `018f5a10-0000-7000-8000-0000000${kind}000${n}`);
/** Whom and what the histories are about. */
export const [contactIds, campaignIds, agentIds, channelIds] = [1, 2, 3, 4].map(someIds) as [
  readonly string[],
  readonly string[],
  readonly string[],
  readonly string[],
];

const first = Date.parse('2026-01-31T12:00:00.000Z');
const at = (minute: number): string => new Date(first + minute * 60_000).toISOString();
/** Up to three weeks: answers may come too late to count. */
const minute = fc.integer({ min: 0, max: 21 * 24 * 60 });
type Told = readonly [type: string, data: Readonly<Record<string, unknown>>];

function eventsOf(aggregateType: string, aggregateId: string, told: readonly Told[]): TestEvent[] {
  return told.map(([type, data], index) => ({
    aggregateType,
    aggregateId,
    sequence: index + 1,
    type,
    version: type === 'session.ended' || type === 'message.created' ? 'v2' : 'v1',
    data,
  }));
}

const turns = ['asks', 'answers', 'takes back', 'is assigned', 'is resolved', 'is escalated', 'is abandoned'] as const;
const session = fc
  .record({
    contactId: fc.constantFrom(...contactIds),
    channelId: fc.option(fc.constantFrom(...channelIds)),
    agentId: fc.constantFrom(...agentIds),
    begins: minute,
    turns: fc.array(fc.tuple(fc.constantFrom(...turns), fc.integer({ min: 0, max: 90 })), { maxLength: 14 }),
    ends: fc.boolean(),
  })
  .map(({ contactId, channelId, agentId, begins, turns: taken, ends }): TestEvent[] => {
    const sessionId = randomUUID();
    const told: Told[] = [
      ['session.started', { sessionId, contactId, startedAt: at(begins), ...(channelId && { channelId }) }],
    ];
    const recorded: Record<string, unknown>[] = [];
    for (const [turn, after] of taken) {
      const moment = at(begins + after);
      if (turn === 'asks' || turn === 'answers') {
        const message = { sessionId, fromContact: turn === 'asks', recordedAt: moment, messageId: randomUUID() };
        recorded.push(message);
        told.push(['session.message_recorded', message]);
      } else if (turn === 'takes back') {
        const [last] = recorded.splice(-1);
        if (last) told.push(['session.message_recorded', { ...last, undone: true }]);
      } else if (turn === 'is assigned') told.push(['session.agent_assigned', { agentId, reassignmentCount: 0 }]);
      else if (turn === 'is resolved') told.push(['session.resolved', { resolvedAt: moment }]);
      else if (turn === 'is escalated') told.push(['session.escalated', { escalatedAt: moment }]);
      else told.push(['session.abandoned', { abandonedAt: moment }]);
    }
    if (ends)
      told.push(['session.ended', { endedAt: at(begins + 100), reason: 'manual_close', channelId: channelIds[0] }]);
    return eventsOf('session', sessionId, told);
  });

const enrollment = fc
  .record({
    campaignId: fc.constantFrom(...campaignIds),
    contactId: fc.constantFrom(...contactIds),
    turns: fc.array(fc.constantFrom('advanced', 'paused', 'resumed'), { maxLength: 5 }),
    end: fc.constantFrom('completed', 'replied', 'not wanted', undefined),
  })
  .map(({ turns: taken, end, ...about }): TestEvent[] => {
    const enrollmentId = randomUUID();
    const own = { enrollmentId, ...about };
    const told: Told[] = [['campaign.contact_enrolled', own]];
    taken.forEach((turn, index) => {
      told.push([
        `campaign.enrollment_${turn}`,
        { ...own, ...(turn === 'advanced' && { currentStepOrder: index + 2 }) },
      ]);
    });
    if (end === 'completed') told.push(['campaign.enrollment_completed', { ...own, completedAt: at(9) }]);
    else if (end) told.push(['campaign.enrollment_exited', { ...own, exitReason: end, exitedAt: at(9) }]);
    return eventsOf('campaign_enrollment', enrollmentId, told);
  });

const reached = ['sent', 'delivered', 'read', 'played', 'failed'] as const;
const message = fc
  .record({
    contactId: fc.constantFrom(...contactIds),
    fromMe: fc.boolean(),
    campaignId: fc.option(fc.constantFrom(...campaignIds)),
    created: minute,
    reached: fc.subarray([...reached]),
  })
  .map(({ contactId, fromMe, campaignId, created, reached: statuses }): TestEvent[] => {
    const messageId = randomUUID();
    const about = { messageId, contactId, fromMe, createdAt: at(created), ...(fromMe && campaignId && { campaignId }) };
    const told: Told[] = [
      ['message.created', about],
      ...(fromMe ? statuses : []).map(
        (status): Told => [`message.${status}`, { messageId, [`${status}At`]: at(created) }],
      ),
    ];
    return eventsOf('message', messageId, told);
  });

const several = (one: fc.Arbitrary<TestEvent[]>, maxLength: number) => fc.array(one, { minLength: 1, maxLength });
/** A log of several sessions; of several enrolments and messages. */
export const sessionLogs = several(session, 8).map((all) => all.flat());
/** The same of campaigns. */
export const campaignLogs = fc
  .tuple(several(enrollment, 5), several(message, 12))
  .map(([enrollments, messages]) => [...enrollments, ...messages].flat());
