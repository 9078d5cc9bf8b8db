// What is measured of a session: response times from the contact's first unanswered message, and what is taken back leaves no trace.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fold, type ProjectedEvent } from './read-model.ts';
import { evolveSession, type SessionFigures } from './session-figures.ts';

const sessionId = '018f5a10-0000-7000-8000-000000000005';
const agentId = '018f5a10-0000-7000-8000-000000000007';
const channelId = '018f5a10-0000-7000-8000-000000000002';
const at = (second: number): string => new Date(Date.UTC(2026, 0, 31, 12, 0, second)).toISOString();
type Told = readonly [type: string, data: Readonly<Record<string, unknown>>];

const begun: Told = ['session.started', { sessionId, channelId, startedAt: at(0) }];
const message = (fromContact: boolean, second: number, more: object = {}): Told => [
  'session.message_recorded',
  { fromContact, recordedAt: at(second), messageId: `m${second}`, ...more },
];
const asks = (second: number): Told => message(true, second);
const answers = (second: number): Told => message(false, second);
const takenBack = ([type, data]: Told): Told => [type, { ...data, undone: true }];

function eventsOf(told: readonly Told[]): ProjectedEvent[] {
  return told.map(([type, data], index) => ({
    id: `e${index}`,
    type,
    version: 1,
    time: at(index),
    tenantId: 't',
    projectId: null,
    aggregateType: 'session',
    aggregateId: sessionId,
    sequence: index + 1,
    data,
  }));
}
function figuresOf(...told: readonly Told[]): SessionFigures {
  const row = fold(evolveSession, eventsOf([begun, ...told])).get(sessionId);
  assert.ok(row);
  return row;
}
const responses = ({ first_response_seconds, response_count, response_seconds, unanswered }: SessionFigures) => [
  first_response_seconds,
  response_count,
  response_seconds,
  unanswered.length,
];

describe('the figures of a session', () => {
  test('an answer is measured from the first message that waits for it; what we write on our own answers nothing', () => {
    assert.deepEqual(responses(figuresOf(answers(1))), [null, 0, 0, 0]);
    assert.deepEqual(responses(figuresOf(asks(10), asks(15))), [null, 0, 0, 2]);
    assert.deepEqual(responses(figuresOf(asks(10), asks(15), answers(40), answers(50))), [30, 1, 30, 0]);
    assert.deepEqual(responses(figuresOf(asks(10), answers(40), asks(60), answers(65))), [30, 2, 35, 0]);
    // The gateway told the earlier one later; and an answer with an older clock took no time.
    assert.deepEqual(responses(figuresOf(asks(15), asks(10), answers(40))), [30, 1, 30, 0]);
    assert.deepEqual(responses(figuresOf(asks(10), answers(5))), [0, 1, 0, 0]);
  });

  test('what was taken back was never there', () => {
    const [first, second, answer] = [asks(10), asks(20), answers(40)];
    assert.deepEqual(responses(figuresOf(first, second, takenBack(first), answer)), [20, 1, 20, 0]);
    assert.deepEqual(responses(figuresOf(first, answer, takenBack(answer))), [null, 0, 0, 1]);
    assert.deepEqual(responses(figuresOf(first, answer, second, takenBack(answer), answers(50))), [40, 1, 40, 0]);
    assert.deepEqual(responses(figuresOf(first, answer, takenBack(first), takenBack(answer))), [null, 0, 0, 0]);
  });

  test('agent, ends and turns', () => {
    const row = figuresOf(
      ['session.agent_assigned', { agentId, reassignmentCount: 2 }],
      ['session.resolved', { resolvedAt: at(20) }],
      ['session.escalated', { escalatedAt: at(21) }],
      ['session.abandoned', { abandonedAt: at(22) }],
      ['session.ended', { endedAt: at(90), reason: 'agent_close', channelId }],
    );
    assert.deepEqual(
      [row.agent_id, row.reassignment_count, row.duration_seconds, row.end_reason, row.channel_id],
      [agentId, 2, 90, 'agent_close', channelId],
    );
    assert.deepEqual([row.resolved_at, row.escalated_at, row.abandoned_at], [at(20), at(21), at(22)]);
    assert.equal(figuresOf(['session.abandoned', { abandonedAt: at(22) }], asks(30)).abandoned_at, null);
  });

  test('events without the beginning make no row', () => {
    assert.equal(fold(evolveSession, eventsOf([asks(1), answers(2)])).size, 0);
  });

  test('one by one or all at once; a last message that is taken back changes nothing but who has left', () => {
    const told = fc
      .array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 600 })), { maxLength: 40 })
      .map((messages) =>
        messages.map(([fromContact, second], n) => message(fromContact, second, { messageId: `n${n}` })),
      );
    fc.assert(
      fc.property(told, fc.boolean(), fc.integer({ min: 0, max: 600 }), (before, fromContact, second) => {
        const whole = figuresOf(...before);
        let row: SessionFigures | undefined;
        for (const event of eventsOf([begun, ...before])) row = evolveSession(row, event);
        assert.deepEqual(row, whole);
        assert.equal(whole.contact_message_count + whole.own_message_count, before.length);
        assert.ok(whole.response_count <= whole.own_message_count);
        const last = message(fromContact, second, { messageId: 'last' });
        const { last_answer: _, unanswered, ...without } = figuresOf(...before, last, takenBack(last));
        const { last_answer: __, unanswered: waiting, ...expected } = whole;
        assert.deepEqual(without, expected);
        if (waiting.length < 50) assert.deepEqual(unanswered, waiting);
      }),
    );
  });
});
