// The message: content in the row and not in events; statuses, edits and reactions that come in any order.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { piiPaths } from '../kernel/pii.ts';
import { messageCommands } from './commands.ts';
import type { Message } from './message.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const messageId = id(10);
const contactId = id(11);
const place = { projectId: id(12), tenantId: 'demo', channelId: id(13), contactId };
const sentAt = '2026-01-31T11:59:58.000Z';
const incoming = {
  ...place,
  messageId,
  sessionId: id(14),
  channelMessageId: '3EB0A1',
  fromMe: false,
  source: 'webhook',
  messageType: 'text',
  body: 'Is it still open?',
  arrival: 7,
  sentAt,
};
const receive: Input = { type: 'message.receive', data: incoming };
const outgoing = { ...place, messageId, source: 'manual', messageType: 'text', body: 'Until six.' };
const queue: Input = { type: 'message.queue', data: { ...outgoing, channelMessageId: '3EB0B2' } };
const status = (reached: string, at: string): Input => ({
  type: 'message.apply_status',
  data: { status: reached, at, ...(reached === 'failed' && { failureReason: 'gateway_refused' }) },
});
const react = (reaction: string, reactedAt: string, fromMe = false): Input => ({
  type: 'message.set_reaction',
  data: { contactId, reaction, reactedAt, fromMe },
});
const edit = (body: string, editedAt: string): Input => ({ type: 'message.edit', data: { body, editedAt } });

describe('message', () => {
  it('is stored with its content in the row and none of it in the event', () => {
    const state = given(aggregates.message)
      .when('message.receive', incoming)
      .thenEvents([
        {
          type: 'message.created',
          data: {
            messageId,
            contactId,
            fromMe: false,
            createdAt: momentOf(0),
            messageType: 'text',
            channelId: place.channelId,
          },
        },
      ]);
    assert.equal(state.body, 'Is it still open?');
    assert.deepEqual([state.status, state.arrival, state.sentAt, state.deliveredAt], ['delivered', 7, sentAt, null]);
    given(aggregates.message, [receive]).when('message.receive', incoming).thenRefused('message_exists');
    assert.deepEqual(piiPaths(messageCommands['message.receive']), ['body', 'media', 'location', 'vcards']);
  });

  it('that was sent from the phone counts as sent, or as far as the gateway says', () => {
    const own = { ...incoming, fromMe: true };
    assert.equal(given(aggregates.message).when('message.receive', own).thenTypes('message.created').status, 'sent');
    const read = given(aggregates.message).when('message.receive', { ...own, status: 'read' });
    assert.equal(read.thenTypes('message.created').status, 'read');
  });

  for (const [messageType, urlField, withDuration] of [
    ['image', 'imageUrl', false],
    ['video', 'videoUrl', true],
    ['audio', 'audioUrl', true],
    ['voice', 'voiceUrl', true],
  ] as const) {
    it(`asks to have a look at its ${messageType}, if there is a file and a session`, () => {
      const media = { url: 'https://gateway.example/f', mimetype: 'x/y', ...(withDuration && { durationSeconds: 9 }) };
      const data = { ...incoming, messageType, media };
      const type = `message.ai.process_${messageType}_requested` as const;
      const request = {
        messageId,
        channelId: place.channelId,
        contactId,
        sessionId: id(14),
        mimeType: 'x/y',
        requestedAt: momentOf(0),
        [urlField]: media.url,
        ...(withDuration && { duration: 9 }),
      };
      const message = given(aggregates.message);
      message.when('message.receive', data).thenTypes('message.created', type);
      const [, asked] = aggregates.message.decider.decide(
        { type: 'message.receive', data: messageCommands['message.receive'].parse(data), at: momentOf(0) },
        message.state,
      );
      assert.deepEqual(asked, { type, data: request });
      message.when('message.receive', { ...data, media: { mimetype: 'x/y' } }).thenTypes('message.created');
      const { sessionId: _, ...inGroup } = data;
      message.when('message.receive', inGroup).thenTypes('message.created');
    });
  }

  it('waits to be sent, then learns from acknowledgements', () => {
    const queued = given(aggregates.message).when('message.queue', queue.data).thenTypes('message.created');
    assert.deepEqual(
      [queued.status, queued.fromMe, queued.channelMessageId, queued.sentAt],
      ['queued', true, '3EB0B2', null],
    );
    const { state } = given(aggregates.message, [
      { type: 'message.queue', data: outgoing },
      { type: 'message.apply_status', data: { status: 'sent', at: momentOf(5), channelMessageId: '3EB0C3' } },
    ]);
    assert.deepEqual([state.status, state.channelMessageId, state.sentAt], ['sent', '3EB0C3', momentOf(5)]);
    given(aggregates.message)
      .when('message.queue', { ...outgoing, body: undefined })
      .thenRefused('message_empty');
  });

  it('that the gateway said failed is not sent because we think so, only because the gateway says so', () => {
    const concluded = (reached: string): Input => ({
      type: 'message.apply_status',
      data: { status: reached, at: momentOf(4), isConcluded: true },
    });
    const failed = given(aggregates.message, [queue, status('failed', momentOf(3))]);
    failed.when('message.apply_status', concluded('sent').data).thenNothing();
    assert.equal(failed.state.status, 'failed');
    failed.when('message.apply_status', status('sent', momentOf(4)).data).thenTypes('message.sent');
    given(aggregates.message, [queue]).when('message.apply_status', concluded('sent').data).thenTypes('message.sent');
    // Nor does a saga that gives up make one that went out fail.
    const sent = given(aggregates.message, [queue, status('sent', momentOf(3))]);
    sent.when('message.apply_status', concluded('failed').data).thenNothing();
    sent.when('message.apply_status', status('failed', momentOf(4)).data).thenTypes('message.failed');
  });

  it('moves forward only, and tells only of the status that was reached', () => {
    const queued = given(aggregates.message, [queue]);
    queued
      .when('message.apply_status', { status: 'read', at: momentOf(3) })
      .thenEvents([{ type: 'message.read', data: { messageId, readAt: momentOf(3) } }]);
    const read = given(aggregates.message, [queue, status('read', momentOf(3))]);
    for (const late of ['sent', 'delivered', 'read', 'failed'])
      read.when('message.apply_status', status(late, momentOf(4)).data).thenNothing();
    read.when('message.apply_status', { status: 'played', at: momentOf(4) }).thenTypes('message.played');
    queued.when('message.apply_status', { status: 'delivered', at: momentOf(4) }).thenTypes('message.delivered');
  });

  it('that failed moves on if it got through after all', () => {
    const failed = given(aggregates.message, [queue, status('failed', momentOf(2))]);
    assert.deepEqual([failed.state.status, failed.state.failureReason], ['failed', 'gateway_refused']);
    failed.when('message.apply_status', status('failed', momentOf(3)).data).thenNothing();
    const sent = failed.when('message.apply_status', { status: 'sent', at: momentOf(3) }).thenTypes('message.sent');
    assert.deepEqual([sent.status, sent.failedAt, sent.failureReason], ['sent', null, null]);
    // The acknowledgement of the sending that came before the failure, a second time.
    given(aggregates.message, [queue, status('sent', momentOf(1)), status('failed', momentOf(2))])
      .when('message.apply_status', { status: 'sent', at: momentOf(1) })
      .thenNothing();
  });

  it('asks for media to be looked at, unless its channel has none looked at, and never for text', () => {
    const media = { url: 'https://gateway.example/f', mimetype: 'audio/ogg', durationSeconds: 7 };
    const voice = { ...incoming, sessionId: id(14), messageType: 'voice', media };
    const one = given(aggregates.message);
    one.when('message.receive', voice).thenTypes('message.created', 'message.ai.process_voice_requested');
    one.when('message.receive', { ...voice, aiProcessing: false }).thenTypes('message.created');
    const text = { ...voice, messageType: 'text', media: undefined };
    one.when('message.receive', { ...text, aiProcessing: true }).thenTypes('message.created');
  });

  it('takes the latest edit, whichever comes first', () => {
    const one = given(aggregates.message, [receive, edit('later', momentOf(5)), edit('earlier', momentOf(4))]).state;
    assert.deepEqual([one.body, one.editedAt], ['later', momentOf(5)]);
    given(aggregates.message, [receive, edit('x', momentOf(5))])
      .when('message.edit', { body: 'x', editedAt: momentOf(5) })
      .thenNothing();
  });

  it('loses its content when it is taken back, for good', () => {
    const revoke: Input = { type: 'message.revoke', data: { revokedAt: momentOf(5) } };
    const file = { url: 'https://gateway.example/f', mimetype: 'image/jpeg' };
    const withFile: Input = { type: 'message.receive', data: { ...incoming, messageType: 'image', media: file } };
    const { state } = given(aggregates.message, [withFile, revoke, edit('again', momentOf(9))]);
    assert.deepEqual([state.body, state.media, state.revokedAt, state.editedAt], [null, null, momentOf(5), null]);
    given(aggregates.message, [receive, revoke]).when('message.revoke', revoke.data).thenNothing();
  });

  it('keeps the latest reaction of each person, even when one was taken back meanwhile', () => {
    const reactions = (...inputs: Input[]) =>
      given(aggregates.message, [receive, ...inputs]).state.reactions.map(({ reaction, fromMe }) => [reaction, fromMe]);
    assert.deepEqual(reactions(react('👍', momentOf(1)), react('❤️', momentOf(2))), [['❤️', false]]);
    assert.deepEqual(reactions(react('', momentOf(2)), react('👍', momentOf(1))), [['', false]]);
    assert.deepEqual(reactions(react('👍', momentOf(1)), react('🙏', momentOf(1), true)), [
      ['👍', false],
      ['🙏', true],
    ]);
    given(aggregates.message, [receive, react('👍', momentOf(1))])
      .when('message.set_reaction', react('👍', momentOf(1)).data)
      .thenNothing();
    given(aggregates.message, [receive])
      .when('message.set_reaction', react('👍', momentOf(1)).data)
      .thenEvents([
        { type: 'message.reaction_set', data: { messageId, contactId, reaction: '👍', reactedAt: momentOf(1) } },
      ]);
  });

  it('is gone once it was discarded', () => {
    const gone = given(aggregates.message, [
      receive,
      { type: 'message.discard', data: { reason: 'saga_compensated' } },
    ]);
    assert.deepEqual([gone.state.status, gone.state.discardedAt], ['failed', momentOf(1)]);
    gone.when('message.discard', { reason: 'again' }).thenNothing();
    gone.when('message.apply_status', { status: 'read', at: momentOf(3) }).thenRefused('not_found');
    gone.when('message.edit', { body: 'x', editedAt: momentOf(3) }).thenRefused('not_found');
    gone.when('message.receive', incoming).thenRefused('not_found');
    given(aggregates.message).when('message.discard', { reason: 'x' }).thenRefused('not_found');
  });

  for (const first of ['message.receive', 'message.queue']) {
    it(`never goes backwards after ${first}, whatever is asked of it`, () => {
      const commands = arbitraryCommands(aggregates.message, {
        first,
        rare: ['message.discard', 'message.revoke', 'message.receive', 'message.queue'],
      });
      fc.assert(
        fc.property(commands, (inputs) => onlyForward(inputs)),
        { numRuns: 1000 },
      );
    });
  }
});

const ranks: Record<Message['status'], number> = { queued: 0, sent: 1, delivered: 2, read: 3, played: 4, failed: 0.5 };

function onlyForward(inputs: readonly Input[]): void {
  const { steps } = runAll(aggregates.message, inputs);
  for (const { input, before, after, events } of steps) {
    if (before.createdAt === null) continue;
    const { status: from, sentAt: wasSentAt } = before;
    const backwards = ranks[after.status] < ranks[from];
    const mayFail = after.status === 'failed' && (input.type === 'message.discard' || from === 'sent');
    assert.ok(!backwards || mayFail, `${from} → ${after.status} by ${input.type}`);
    if (wasSentAt !== null && from === 'failed') assert.notEqual(after.status, 'sent');
    if (before.revokedAt !== null) assert.deepEqual([after.body, after.media], [null, null]);
    if (before.discardedAt !== null) assert.deepEqual([events, after], [[], before]);
    assert.equal(new Set(after.reactions.map((one) => `${one.contactId} ${one.fromMe}`)).size, after.reactions.length);
    assert.ok(events.length <= 1);
  }
}
