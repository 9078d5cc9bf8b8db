// The session: starting, counting, ending; random sequences keep the counts right and the fold equal.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, foldStored, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { sessionEndReasons } from './events.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const [sessionId, contactId, projectId, channelId, channelTypeId, messageId, otherId] = [
  10, 11, 12, 13, 14, 15, 16,
].map(id);
const start: Input = {
  type: 'session.start',
  data: { sessionId, contactId, projectId, tenantId: 'demo', channelId, channelTypeId },
};
const record = (recordedAt: string, fromContact = true): Input => ({
  type: 'session.record_message',
  data: { messageId, fromContact, recordedAt },
});
/** `left`: the times of the first and the last message that stay. */
const undo = (recordedAt: string, left: [string, string] | null, fromContact = true) => ({
  messageId,
  fromContact,
  recordedAt,
  previousFirstMessageAt: left?.[0] ?? null,
  previousMessageAt: left?.[1] ?? null,
});
const close = (reason: string): Input => ({ type: 'session.close', data: { reason } });

describe('session', () => {
  it('starts once, and its events alone hold its state', () => {
    const state = given(aggregates.session).when('session.start', start.data).thenTypes('session.started');
    assert.equal(state.id, sessionId);
    assert.equal(state.channelId, channelId);
    assert.equal(state.projectId, projectId);
    assert.equal(state.createdAt, momentOf(0));
    given(aggregates.session, [start]).when('session.start', start.data).thenRefused('session_exists');
  });

  it('is not found before it starts', () => {
    given(aggregates.session).when('session.close', { reason: 'manual_close' }).thenRefused('not_found');
  });

  it('counts messages of both sides, whatever order they come in', () => {
    const early = '2026-01-31T12:00:10Z';
    const late = '2026-01-31T12:00:10.500Z';
    const { state } = given(aggregates.session, [start, record(late), record(early, false)]);
    assert.deepEqual(
      [state.messageCount, state.contactMessageCount, state.ownMessageCount, state.firstMessageAt, state.lastMessageAt],
      [2, 1, 1, early, late],
    );
  });

  it('takes a message back as if it had not come', () => {
    const { state: before } = given(aggregates.session, [start, record(momentOf(1))]);
    const after = given(aggregates.session, [start, record(momentOf(1)), record(momentOf(2))])
      .when('session.undo_message', undo(momentOf(2), [momentOf(1), momentOf(1)]))
      .thenTypes('session.message_recorded');
    assert.deepEqual(after, before);
    const empty = given(aggregates.session, [start, record(momentOf(1))])
      .when('session.undo_message', undo(momentOf(1), [momentOf(0), momentOf(0)]))
      .thenTypes('session.message_recorded');
    assert.deepEqual(empty, given(aggregates.session, [start]).state);
  });

  it('takes two of three messages back, in either order, and has the times of the third', () => {
    const [one, two, three] = [momentOf(1), momentOf(2), momentOf(3)];
    const all = [one, two, three];
    for (const left of all)
      for (const [first, second] of [
        all.filter((time) => time !== left),
        all.filter((time) => time !== left).reverse(),
      ]) {
        assert.ok(first && second);
        const [early = '', late = ''] = all.filter((time) => time !== first);
        const half = given(aggregates.session, [start, ...all.map((time) => record(time))])
          .when('session.undo_message', undo(first, [early, late]))
          .thenTypes('session.message_recorded');
        assert.deepEqual([half.messageCount, half.firstMessageAt, half.lastMessageAt], [2, early, late]);
        const whole = given(aggregates.session, [], half)
          .when('session.undo_message', undo(second, [left, left]))
          .thenTypes('session.message_recorded');
        assert.deepEqual(whole, given(aggregates.session, [start, record(left)]).state);
      }
  });

  it('understands older events, which do not say when the first message was', () => {
    const { state } = given(aggregates.session, [start, record(momentOf(1)), record(momentOf(2))]);
    const data = { sessionId: id(10), fromContact: true, recordedAt: momentOf(2), undone: true } as const;
    const fold = (before: typeof state, lastMessageAt: string | null) => {
      const { decider } = aggregates.session;
      assert.ok(decider.storage === 'events');
      return decider.evolve(before, { type: 'session.message_recorded', data: { ...data, lastMessageAt } });
    };
    const half = fold(state, momentOf(1));
    assert.deepEqual([half.firstMessageAt, half.lastMessageAt], [momentOf(1), momentOf(1)]);
    assert.equal(fold(half, null).firstMessageAt, null);
  });

  it('takes nothing back that was not counted, but does so after the end', () => {
    given(aggregates.session, [start, record(momentOf(1))])
      .when('session.undo_message', undo(momentOf(1), null, false))
      .thenNothing();
    given(aggregates.session, [start, record(momentOf(1)), close('system_close')])
      .when('session.undo_message', undo(momentOf(1), null))
      .thenTypes('session.message_recorded');
  });

  it('ends with its length, its counts and the status of the reason', () => {
    const state = given(aggregates.session, [start, record(momentOf(1))])
      .when('session.close', { reason: 'inactivity_timeout' }, '2026-01-31T13:30:05.900Z')
      .thenEvents([
        {
          type: 'session.ended',
          data: {
            sessionId: id(10),
            contactId: id(11),
            tenantId: 'demo',
            channelId: id(13),
            channelTypeId: id(14),
            startedAt: momentOf(0),
            endedAt: '2026-01-31T13:30:05.900Z',
            reason: 'inactivity_timeout',
            duration: 'PT1H30M5S',
            eventsSummary: {},
            metrics: { messageCount: 1, contactMessageCount: 1, ownMessageCount: 0 },
          },
        },
      ]);
    assert.equal(state.status, 'expired');
    const statuses = sessionEndReasons.map((reason) => given(aggregates.session, [start, close(reason)]).state.status);
    assert.deepEqual(statuses, ['expired', 'manually_closed', 'ended', 'manually_closed', 'ended', 'ended']);
  });

  it('refuses everything once it has ended', () => {
    const ended = given(aggregates.session, [start, close('manual_close')]);
    ended.when('session.record_message', record(momentOf(2)).data).thenRefused('session_not_active');
    ended.when('session.close', { reason: 'agent_close' }).thenRefused('session_not_active');
    ended.when('session.resolve').thenRefused('session_not_active');
    ended.when('session.escalate').thenRefused('session_not_active');
    ended.when('session.assign_agent', { agentId: otherId, source: 'manual' }).thenRefused('session_not_active');
  });

  it('is resolved and escalated once', () => {
    const open = given(aggregates.session, [start]);
    assert.equal(open.when('session.resolve').thenTypes('session.resolved').resolvedAt, momentOf(1));
    assert.equal(open.when('session.escalate').thenTypes('session.escalated').escalatedAt, momentOf(1));
    const done: Input[] = [start, { type: 'session.resolve', data: {} }, { type: 'session.escalate', data: {} }];
    given(aggregates.session, done).when('session.resolve').thenNothing();
    given(aggregates.session, done).when('session.escalate').thenNothing();
  });

  it('goes from agent to agent, counting the changes', () => {
    const assign = (agentId: string | undefined): Input => ({
      type: 'session.assign_agent',
      data: { agentId, source: 'manual' },
    });
    given(aggregates.session, [start, assign(messageId)])
      .when('session.assign_agent', assign(messageId).data)
      .thenNothing();
    given(aggregates.session, [start, assign(messageId)])
      .when('session.assign_agent', {
        agentId: otherId,
        source: 'reassignment_workload',
        assignmentStrategy: 'least_busy',
      })
      .thenEvents([
        {
          type: 'session.agent_assigned',
          data: {
            sessionId: id(10),
            agentId: id(16),
            source: 'reassignment_workload',
            assignmentStrategy: 'least_busy',
            assignedAt: momentOf(2),
            previousAgentId: id(15),
            reassignmentCount: 1,
          },
        },
      ]);
  });

  it('is summarized, also after its end, but not when nobody has written', () => {
    const said = { summary: 'Asked for the hours.', sentiment: 'positive', sentimentScore: 0.5 } as const;
    const summarize: Input = { type: 'session.summarize', data: said };
    given(aggregates.session, [start]).when('session.summarize', said).thenRefused('session_empty');
    const state = given(aggregates.session, [start, record(momentOf(1)), close('manual_close')])
      .when('session.summarize', said)
      .thenEvents([{ type: 'session.summarized', data: { sessionId: id(10), ...said, generatedAt: momentOf(3) } }]);
    assert.deepEqual([state.summary, state.sentiment, state.summarizedAt], [said.summary, 'positive', momentOf(3)]);
    const summarized = given(aggregates.session, [start, record(momentOf(1)), summarize]);
    summarized.when('session.summarize', said).thenNothing();
    summarized.when('session.summarize', { ...said, sentimentScore: 0.6 }).thenTypes('session.summarized');
  });

  it('is abandoned at the stage it had come to, until the contact writes again', () => {
    const waiting = given(aggregates.session, [start, record(momentOf(1)), record(momentOf(2), false)]);
    const lastAgentMessageAt = momentOf(2);
    const state = waiting.when('session.abandon', { lastAgentMessageAt }, momentOf(45)).thenEvents([
      {
        type: 'session.abandoned',
        data: {
          sessionId: id(10),
          lastAgentMessageAt,
          minutesSinceLastResponse: 43,
          messagesBeforeAbandonment: 2,
          conversationStage: 'answered',
          abandonedAt: momentOf(45),
        },
      },
    ]);
    assert.deepEqual([state.abandonedAt, state.status], [momentOf(45), 'active']);
    const abandon: Input = { type: 'session.abandon', data: {} };
    const left = given(aggregates.session, [start, record(momentOf(0)), abandon]);
    left.when('session.abandon').thenNothing();
    assert.equal(
      left.when('session.record_message', record(momentOf(5), false).data).thenTypes('session.message_recorded')
        .abandonedAt,
      momentOf(2),
    );
    assert.equal(
      left.when('session.record_message', record(momentOf(5)).data).thenTypes('session.message_recorded').abandonedAt,
      null,
    );
    given(aggregates.session, [start]).when('session.abandon').thenRefused('session_empty');
    const resolved = given(aggregates.session, [start, record(momentOf(1)), { type: 'session.resolve', data: {} }]);
    resolved.when('session.abandon').thenRefused('session_resolved');
    given(aggregates.session, [start, record(momentOf(1)), close('manual_close')])
      .when('session.abandon')
      .thenRefused('session_not_active');
  });

  it('of the past is over from the start, takes messages until it is known to its end, and ends or is taken back once', () => {
    const startedAt = '2020-01-31T12:00:00.000Z';
    const endedAt = '2020-01-31T12:10:00.000Z';
    const data = {
      sessionId,
      contactId,
      projectId,
      tenantId: 'demo',
      channelId,
      channelTypeId,
      chatId: otherId,
      startedAt,
    };
    const imported: Input[] = [
      { type: 'session.import', data },
      { type: 'session.import_message', data: { messageId, fromContact: true, recordedAt: startedAt } },
      { type: 'session.import_message', data: { messageId: otherId, fromContact: false, recordedAt: endedAt } },
    ];
    const open = given(aggregates.session, imported);
    open.when('session.record_message', record(endedAt).data).thenRefused('session_not_active');
    const ended = open.when('session.end_import', { endedAt }).thenTypes('session.ended');
    assert.deepEqual(
      [ended.status, ended.startedAt, ended.endedAt, ended.messageCount, ended.firstMessageAt, ended.lastMessageAt],
      ['expired', startedAt, endedAt, 2, startedAt, endedAt],
    );
    assert.equal(open.when('session.discard_import', {}).thenTypes('session.ended').endReason, 'saga_compensated');
    const after = given(aggregates.session, [...imported, { type: 'session.end_import', data: { endedAt } }]);
    after.when('session.discard_import', {}).thenNothing();
    after.when('session.end_import', { endedAt }).thenNothing();
    given(aggregates.session, [start]).when('session.end_import', { endedAt }).thenNothing();
  });

  it('never counts below zero and folds to the same state, whatever is asked of it', () => {
    fc.assert(
      fc.property(
        arbitraryCommands(aggregates.session, { first: 'session.start', rare: ['session.close'] }),
        (inputs) => {
          const { state, events, steps } = runAll(aggregates.session, inputs);
          for (const { after } of steps) {
            assert.ok(after.contactMessageCount >= 0 && after.ownMessageCount >= 0);
            assert.equal(after.messageCount, after.contactMessageCount + after.ownMessageCount);
            if (after.messageCount === 0) assert.deepEqual([after.firstMessageAt, after.lastMessageAt], [null, null]);
          }
          assert.deepEqual(foldStored(aggregates.session, events), state);
          assert.ok(events.filter(({ type }) => type === 'session.ended').length <= 1);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
