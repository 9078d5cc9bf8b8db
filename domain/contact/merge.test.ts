// Merging: what each strategy keeps, what is united whatever the strategy, and that an undo leaves no trace but of what was changed since.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, arbitraryOf, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf, run } from '../../test/support/given.ts';
import { aggregates, eventRow } from '../catalog.ts';
import { webhookNamesOf } from '../kernel/define-events.ts';
import { type Mergeable, mergeable } from './merge-fields.ts';
import { toMergeable } from './merged-fields.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const [primaryId, otherId, thirdId, projectId] = [id(10), id(11), id(12), id(13)];
const [channelId, otherChannel, pipelineId] = [id(14), id(15), id(16)];
const create = (contactId: string, data: object = {}): Input => ({
  type: 'contact.create',
  data: { contactId, projectId, tenantId: 'demo', name: 'Ana', ...data },
});
const touch = (interactedAt: string): Input => ({
  type: 'contact.record_interaction',
  data: { interactionType: 'message_received', interactedAt },
});
const primary: Input[] = [
  create(primaryId, { name: '+5511900000001', phone: '5511900000001', tags: ['vip'], language: 'en' }),
  { type: 'contact.opt_out', data: { channelId, reason: 'asked' } },
  touch(momentOf(5)),
];
const other: Input[] = [
  create(otherId, {
    name: 'Ana Souza',
    phone: '5511900000002',
    email: 'ana@example.com',
    tags: ['vip', 'new'],
    language: 'pt-BR',
    externalIds: [{ externalId: '1@lid', source: 'whatsapp_lid' }],
  }),
  { type: 'contact.opt_out', data: { channelId: otherChannel, reason: 'reply_word' } },
  { type: 'contact.enter_pipeline', data: { pipelineId, statusId: id(17), statusName: 'New' } },
  { type: 'contact.update', data: { timezone: 'UTC' }, at: momentOf(30) },
  touch(momentOf(9)),
  touch(momentOf(8)),
];
const stateOf = (past: readonly Input[]) => given(aggregates.contact, past).state;
const others = [toMergeable(stateOf(other))];
const merge = (strategy: string, contacts: readonly Mergeable[] = others): Input => ({
  type: 'contact.merge',
  data: { strategy, contacts },
});
const merged = (strategy: string, ...past: Input[]) => stateOf([...primary, merge(strategy), ...past]);

describe('merging contacts', () => {
  it('keeps what the strategy says', () => {
    const fields = (strategy: string) => {
      const { name, phone, email, language, timezone, tags, pipelines } = merged(strategy);
      return { name, phone, email, language, timezone, tags, places: pipelines.length };
    };
    const own = { phone: '5511900000001', language: 'en', tags: ['vip'] };
    const none = { email: null, timezone: null, places: 0 };
    assert.deepEqual(fields('keep_primary'), { name: '+5511900000001', ...own, ...none });
    const found = { name: 'Ana Souza', email: 'ana@example.com', timezone: 'UTC', places: 1 };
    const newest = { phone: '5511900000002', language: 'pt-BR', tags: ['vip', 'new'] };
    assert.deepEqual(fields('keep_newest'), { ...found, ...newest });
    assert.deepEqual(fields('union'), { ...found, ...own, tags: ['vip', 'new'] });
  });

  it('unites in any case what was refused, how the person is known and how often they were in touch', () => {
    for (const strategy of ['keep_primary', 'keep_newest', 'union']) {
      const { optOuts, externalIds, interactionCount, lastInteractionAt } = merged(strategy);
      assert.deepEqual(
        optOuts.map((one) => one.channelId),
        [channelId, otherChannel],
      );
      assert.deepEqual(externalIds, [{ externalId: '1@lid', source: 'whatsapp_lid' }]);
      assert.deepEqual([interactionCount, lastInteractionAt], [3, momentOf(9)]);
    }
  });

  it('tells what changed of the primary, and nothing of what did not', () => {
    const past = given(aggregates.contact, primary);
    const { events } = run(aggregates.contact, past.state, { ...merge('keep_primary'), at: momentOf(40) });
    const data = (events[0]?.data ?? {}) as { profile?: object; attributes?: object };
    assert.deepEqual(Object.keys(data.profile ?? {}), ['externalIds']);
    assert.deepEqual(Object.keys(data.attributes ?? {}), ['optOuts', 'interactionCount', 'lastInteractionAt']);
  });

  it('is refused with itself, or where together they would hold too much', () => {
    const past = given(aggregates.contact, primary);
    past
      .when('contact.merge', { strategy: 'union', contacts: [toMergeable(past.state)] })
      .thenRefused('merge_with_itself');
    const tags = Array.from({ length: 50 }, (_, index) => `tag ${index}`);
    const many = [toMergeable(stateOf([create(otherId, { tags })]))];
    past.when('contact.merge', { strategy: 'union', contacts: many }).thenRefused('too_many_tags');
    past.when('contact.merge', { strategy: 'keep_primary', contacts: many }).thenTypes('contact.merged');
  });
});

describe('a merged contact', () => {
  const about = { primaryContactId: primaryId, mergedContactIds: [otherId], mergeStrategy: 'union' };
  const gone: Input = { type: 'contact.become_merged', data: { ...about, projectId } };
  const known = (...past: Input[]) => given(aggregates.contact, [...other, ...past]);

  it('is a signpost that takes nothing more', () => {
    const state = known().when('contact.become_merged', gone.data).thenTypes('contact.merged');
    assert.equal(state.mergedInto, primaryId);
    known(gone).when('contact.update', { name: 'x' }).thenRefused('contact_merged');
    known(gone).when('contact.opt_in').thenRefused('contact_merged');
    known(gone).when('contact.merge', { strategy: 'union', contacts: others }).thenRefused('contact_merged');
    known(gone).when('contact.learn_identity', { name: 'x' }).thenNothing();
    known()
      .when('contact.become_merged', { ...about, projectId: id(99) })
      .thenRefused('other_project');
    known()
      .when('contact.restore_merged', { ...about, optOuts: [] })
      .thenRefused('not_merged');
  });

  it('says so in its own log, but to no webhook', () => {
    const row = eventRow('contact.merged');
    assert.ok(row);
    const names = (data: object) => webhookNamesOf(row.webhooks, data as never);
    assert.deepEqual(names({ ...about, mergedAt: momentOf(1) }), ['contact.merged']);
    assert.deepEqual(names({ ...about, mergedAt: momentOf(1), contactId: otherId }), []);
  });

  it('comes out as it was, with what was refused meanwhile', () => {
    const before = known().state;
    const out = known(gone)
      .when('contact.restore_merged', { ...about, optOuts: [] })
      .thenTypes('contact.merged');
    assert.deepEqual(out, before);
    const refused = { channelId, reason: 'reply_word', optedOutAt: momentOf(50) };
    const wary = known(gone)
      .when('contact.restore_merged', { ...about, optOuts: [refused] })
      .thenTypes('contact.merged');
    assert.deepEqual(wary.optOuts, [...before.optOuts, refused]);
  });
});

describe('undoing a merge', () => {
  const undo: Input = { type: 'contact.undo_merge', data: { interactionCount: 2 } };

  it('gives the fields back, but for those that were changed since', () => {
    const before = stateOf(primary);
    assert.deepEqual(merged('keep_newest', undo), before);
    const since = merged(
      'union',
      { type: 'contact.update', data: { phone: '5511900000009' }, at: momentOf(60) },
      { type: 'contact.add_tag', data: { tag: 'later' } },
      touch(momentOf(70)),
      undo,
    );
    assert.deepEqual([since.name, since.email], [before.name, null]);
    assert.deepEqual([since.phone, since.phoneVerified, since.tags], ['5511900000009', false, ['vip', 'later']]);
    assert.deepEqual([since.interactionCount, since.lastInteractionAt], [2, momentOf(70)]);
  });

  it('goes merge by merge, the last one first', () => {
    const third = toMergeable(stateOf([create(thirdId, { name: 'Bia', email: 'bia@example.com' })]));
    const twice = merged('union', merge('keep_newest', [third]));
    assert.equal(twice.merges?.length, 2);
    const once = merged('union', merge('keep_newest', [third]), {
      type: 'contact.undo_merge',
      data: { interactionCount: 0 },
    });
    assert.deepEqual(once, merged('union'));
    given(aggregates.contact, primary)
      .when('contact.undo_merge', { interactionCount: 0 })
      .thenRefused('nothing_merged');
  });

  it('leaves no trace, whoever was merged', () => {
    const rare = ['contact.delete', 'contact.create', 'contact.become_merged', 'contact.anonymize'];
    const histories = arbitraryCommands(aggregates.contact, { first: 'contact.create', rare, maxLength: 20 });
    const contacts = fc.array(arbitraryOf(mergeable) as fc.Arbitrary<Mergeable>, { minLength: 1, maxLength: 3 });
    const strategies = fc.constantFrom('keep_primary', 'keep_newest', 'union');
    let merges = 0;
    fc.assert(
      fc.property(histories, contacts, strategies, (inputs, people, strategy) => {
        const before = runAll(aggregates.contact, inputs).state;
        const { state, steps } = runAll(aggregates.contact, [merge(strategy, people)], before);
        if (steps.length === 0) return;
        merges += 1;
        const interactionCount = state.interactionCount - before.interactionCount;
        const undone = runAll(aggregates.contact, [{ type: 'contact.undo_merge', data: { interactionCount } }], state);
        assert.deepEqual(undone.state, before);
      }),
      { numRuns: 300 },
    );
    assert.ok(merges > 100, `${merges} merges`);
  });
});
