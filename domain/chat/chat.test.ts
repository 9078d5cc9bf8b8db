// The chat: participants, labels, archive; random sequences never make someone a participant twice.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const chatId = id(10);
const group = {
  chatId,
  projectId: id(11),
  tenantId: 'demo',
  channelId: id(12),
  chatType: 'group',
  externalId: '120363000000000001@g.us',
} as const;
const create: Input = { type: 'chat.create', data: group };
const add = (participantId: string, role = 'member'): Input => ({
  type: 'chat.add_participant',
  data: { participantId, participantType: 'contact', role },
});

describe('chat', () => {
  it('is made once, with its subject', () => {
    const { channelId, ...known } = group;
    const state = given(aggregates.chat)
      .when('chat.create', { ...group, subject: 'Orders' })
      .thenEvents([
        { type: 'chat.created', data: known },
        { type: 'chat.subject_updated', data: { chatId, newSubject: 'Orders' } },
      ]);
    assert.deepEqual([state.subject, state.channelId, state.status], ['Orders', channelId, 'active']);
    given(aggregates.chat, [create]).when('chat.create', group).thenRefused('chat_exists');
    given(aggregates.chat).when('chat.archive').thenRefused('not_found');
  });

  it('belongs to a contact only when it is an individual one', () => {
    given(aggregates.chat)
      .when('chat.create', { ...group, contactId: id(13) })
      .thenRefused('chat_not_individual');
    const one = given(aggregates.chat).when('chat.create', { ...group, chatType: 'individual', contactId: id(13) });
    assert.equal(one.thenTypes('chat.created').contactId, id(13));
  });

  it('changes subject and description when they differ', () => {
    const named = given(aggregates.chat, [{ type: 'chat.create', data: { ...group, subject: 'Orders' } }]);
    named.when('chat.set_subject', { subject: 'Orders' }).thenNothing();
    named
      .when('chat.set_subject', { subject: 'Returns' })
      .thenEvents([{ type: 'chat.subject_updated', data: { chatId, oldSubject: 'Orders', newSubject: 'Returns' } }]);
    named.when('chat.set_description', { description: '' }).thenNothing();
    const described = named.when('chat.set_description', { description: 'Ask here.' });
    assert.equal(described.thenTypes('chat.description_updated').description, 'Ask here.');
  });

  it('adds, promotes, demotes and removes participants, each change once', () => {
    const one = given(aggregates.chat, [create, add('ana')]);
    one.when('chat.add_participant', add('ana', 'admin').data).thenNothing();
    const promoted = one
      .when('chat.promote_participant', { participantId: 'ana' })
      .thenTypes('chat.participant_promoted');
    assert.deepEqual(promoted.participants, [{ participantId: 'ana', participantType: 'contact', role: 'admin' }]);
    one.when('chat.demote_participant', { participantId: 'ana' }).thenNothing();
    one.when('chat.promote_participant', { participantId: 'bia' }).thenRefused('not_a_participant');
    one.when('chat.remove_participant', { participantId: 'bia' }).thenNothing();
    const removed = one.when('chat.remove_participant', { participantId: 'ana' }).thenTypes('chat.participant_removed');
    assert.deepEqual(removed.participants, []);
    given(aggregates.chat, [create, add('ana', 'admin')])
      .when('chat.demote_participant', { participantId: 'ana' })
      .thenTypes('chat.participant_demoted');
    given(aggregates.chat, [create, add('ana', 'superadmin')])
      .when('chat.demote_participant', { participantId: 'ana' })
      .thenRefused('owner_stays');
  });

  it('changes many participants at once as it would one by one', () => {
    const change = (change: string, participantId: string, role = 'member') => {
      return { change, participantId, participantType: 'unknown', role };
    };
    const participant = (participantId: string, role: string) => ({ participantId, participantType: 'unknown', role });
    const joined = given(aggregates.chat, [create, add('ana')]).when('chat.change_participants', {
      changes: [
        change('add', 'ana', 'admin'),
        change('add', 'bia', 'admin'),
        change('add', 'bia'),
        change('add', 'eva'),
      ],
    });
    const added = (participantId: string, role: 'admin' | 'member') =>
      ({
        type: 'chat.participant_added',
        data: { chatId, participantId, participantType: 'unknown', role },
      }) as const;
    const three = joined.thenEvents([added('bia', 'admin'), added('eva', 'member')]);
    const moved = given(aggregates.chat, [], three).when('chat.change_participants', {
      changes: [
        change('remove', 'ana'),
        change('remove', 'ana'),
        change('promote', 'eva'),
        change('promote', 'zoe'),
        change('demote', 'bia'),
        change('demote', 'ida'),
      ],
    });
    const state = moved.thenTypes(
      'chat.participant_removed',
      'chat.participant_promoted',
      'chat.participant_added',
      'chat.participant_promoted',
      'chat.participant_demoted',
      'chat.participant_added',
      'chat.participant_demoted',
    );
    assert.deepEqual(state.participants, [
      participant('bia', 'member'),
      participant('eva', 'admin'),
      participant('zoe', 'admin'),
      participant('ida', 'member'),
    ]);
    given(aggregates.chat, [create]).when('chat.change_participants', { changes: [] }).thenNothing();
  });

  it('carries each label once, up to a limit', () => {
    const label = (labelId: string): Input => ({ type: 'chat.add_label', data: { labelId } });
    const labelled = given(aggregates.chat, [create, label('7')]);
    labelled.when('chat.add_label', { labelId: '7' }).thenNothing();
    labelled.when('chat.remove_label', { labelId: '8' }).thenNothing();
    assert.deepEqual(labelled.when('chat.remove_label', { labelId: '7' }).thenTypes('chat.label_removed').labels, []);
    const full = Array.from({ length: 50 }, (_, index) => label(`label ${index}`));
    given(aggregates.chat, [create, ...full])
      .when('chat.add_label', { labelId: 'x' })
      .thenRefused('too_many_labels');
  });

  it('goes into the archive and back, and once closed stays closed', () => {
    const open = given(aggregates.chat, [create]);
    open.when('chat.unarchive').thenNothing();
    assert.equal(open.when('chat.archive').thenTypes('chat.archived').status, 'archived');
    const archived = given(aggregates.chat, [create, { type: 'chat.archive', data: {} }]);
    archived.when('chat.archive').thenNothing();
    assert.equal(archived.when('chat.unarchive').thenTypes('chat.unarchived').status, 'active');
    const closed = given(aggregates.chat, [create, { type: 'chat.close', data: {} }]);
    assert.deepEqual([closed.state.status, closed.state.closedAt], ['closed', momentOf(1)]);
    closed.when('chat.close').thenNothing();
    closed.when('chat.unarchive').thenRefused('chat_closed');
    closed.when('chat.add_participant', add('ana').data).thenRefused('chat_closed');
  });

  it('never holds anyone or any label twice, whatever is asked of it', () => {
    const commands = arbitraryCommands(aggregates.chat, { first: 'chat.create', rare: ['chat.close', 'chat.create'] });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { before, after } of runAll(aggregates.chat, inputs).steps) {
          const people = after.participants.map(({ participantId }) => participantId);
          assert.equal(new Set(people).size, people.length);
          assert.equal(new Set(after.labels).size, after.labels.length);
          if (before.status === 'closed') assert.deepEqual(after, before);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
