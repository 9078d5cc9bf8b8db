// The contact: profile, tags, ways to recognise the person, interactions; random sequences fold to the same state.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, foldStored, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf, run } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const contactId = id(10);
const base = { contactId, projectId: id(11), tenantId: 'demo', name: 'Ana' };
const create: Input = { type: 'contact.create', data: base };
const lid = { externalId: '100000000000001@lid', source: 'whatsapp_lid' };
const touch = (interactedAt: string): Input => ({
  type: 'contact.record_interaction',
  data: { interactionType: 'message_received', interactedAt },
});
const undo = (interactedAt: string, previousInteractionAt: string | null) => ({
  interactionType: 'message_received',
  interactedAt,
  previousInteractionAt,
});

describe('contact', () => {
  it('is made with an event for each thing that is known', () => {
    const state = given(aggregates.contact)
      .when('contact.create', {
        ...base,
        phone: '5511900000001',
        phoneVerified: true,
        email: 'ana@example.com',
        externalIds: [lid, lid],
        channelId: id(12),
        sourceChannel: 'waha',
        language: 'pt-BR',
        timezone: 'America/Sao_Paulo',
        tags: ['vip', 'vip'],
      })
      .thenTypes(
        'contact.created',
        'contact.phone_set',
        'contact.email_set',
        'contact.external_id_set',
        'contact.source_channel_set',
        'contact.language_changed',
        'contact.timezone_set',
        'contact.tag_added',
      );
    assert.deepEqual([state.name, state.phone, state.phoneVerified], ['Ana', '5511900000001', true]);
    assert.deepEqual([state.externalIds, state.tags, state.sourceChannel], [[lid], ['vip'], 'waha']);
    given(aggregates.contact).when('contact.create', base).thenTypes('contact.created');
    const { events } = run(aggregates.contact, given(aggregates.contact).state, {
      type: 'contact.create',
      data: { ...base, name: 'Ana', givenName: 'Ana Maria', familyName: 'Souza' },
      at: momentOf(0),
    });
    assert.deepEqual(
      events.map(({ data }) => 'name' in data && data.name),
      [{ given: 'Ana Maria', family: 'Souza', display: 'Ana' }],
    );
    given(aggregates.contact, [create]).when('contact.create', base).thenRefused('contact_exists');
  });

  it('tells of each field that changed, and that something did', () => {
    const known = given(aggregates.contact, [create]);
    known.when('contact.update', { name: 'Ana' }).thenNothing();
    known.when('contact.update', { name: 'Ana Souza', email: 'ana@example.com', changedBy: 'someone' }).thenEvents([
      { type: 'contact.name_changed', data: { contactId, oldName: 'Ana', newName: 'Ana Souza', changedBy: 'someone' } },
      { type: 'contact.email_set', data: { contactId, email: 'ana@example.com', verified: false } },
      { type: 'contact.updated', data: { contactId, updatedAt: momentOf(1), changes: ['name', 'email'] } },
    ]);
    const all = known.when('contact.update', { phone: '5511900000002', language: 'en', timezone: 'UTC' });
    all.thenTypes('contact.phone_set', 'contact.language_changed', 'contact.timezone_set', 'contact.updated');
  });

  it('loses fields that are emptied, each told once', () => {
    const data = { ...base, phone: '5511900000001', phoneVerified: true, email: 'ana@example.com', language: 'en' };
    const known = given(aggregates.contact, [{ type: 'contact.create', data }]);
    const cleared = ['email', 'phone', 'language'] as const;
    const state = known
      .when('contact.update', { email: null, phone: null, language: null, timezone: null, profilePicture: null })
      .thenEvents([
        {
          type: 'contact.updated',
          data: { contactId, updatedAt: momentOf(1), changes: [...cleared], cleared: [...cleared] },
        },
      ]);
    assert.deepEqual([state.email, state.phone, state.phoneVerified, state.language], [null, null, false, null]);
    given(aggregates.contact, [], state).when('contact.update', { email: null }).thenNothing();
    const picture = { tenantId: 'demo', profilePictureUrl: 'https://example.com/a.jpg' };
    const shown = known
      .when('contact.update', { profilePicture: picture })
      .thenTypes('contact.profile_picture_updated', 'contact.updated');
    assert.equal(shown.profilePictureUrl, picture.profilePictureUrl);
    const bare = given(aggregates.contact, [], shown).when('contact.update', { profilePicture: null });
    assert.equal(bare.thenTypes('contact.updated').profilePictureUrl, null);
  });

  it('gives up an outside id', () => {
    const named = given(aggregates.contact, [create, { type: 'contact.set_external_id', data: lid }]);
    const data = { contactId, ...lid, undone: true as const };
    const state = named.when('contact.remove_external_id', lid).thenEvents([{ type: 'contact.external_id_set', data }]);
    assert.deepEqual(state.externalIds, []);
    given(aggregates.contact, [], state).when('contact.remove_external_id', lid).thenNothing();
  });

  it('carries each tag once, up to a limit', () => {
    const tag = (name: string): Input => ({ type: 'contact.add_tag', data: { tag: name } });
    const tagged = given(aggregates.contact, [create, tag('vip')]);
    tagged.when('contact.add_tag', { tag: 'vip' }).thenNothing();
    tagged.when('contact.remove_tag', { tag: 'other' }).thenNothing();
    assert.deepEqual(tagged.when('contact.remove_tag', { tag: 'vip' }).thenTypes('contact.tag_removed').tags, []);
    const full = Array.from({ length: 50 }, (_, index) => tag(`tag ${index}`));
    given(aggregates.contact, [create, ...full])
      .when('contact.add_tag', { tag: 'x' })
      .thenRefused('too_many_tags');
  });

  it('drops all its tags at once', () => {
    const tagged = given(aggregates.contact, [{ type: 'contact.create', data: { ...base, tags: ['vip', 'new'] } }]);
    const state = tagged
      .when('contact.clear_tags')
      .thenEvents([{ type: 'contact.tags_cleared', data: { contactId, tags: ['vip', 'new'] } }]);
    assert.deepEqual(state.tags, []);
    given(aggregates.contact, [create]).when('contact.clear_tags').thenNothing();
  });

  it('keeps outside ids, where it came from and its picture, each once', () => {
    const known = given(aggregates.contact, [create]);
    const shop = { externalId: '4711', source: 'shop' };
    const named = known.when('contact.set_external_id', shop).thenTypes('contact.external_id_set');
    given(aggregates.contact, [], named).when('contact.set_external_id', shop).thenNothing();
    const many = Array.from({ length: 10 }, (_, index) => ({ externalId: `${index}`, source: 'shop' }));
    given(aggregates.contact, [{ type: 'contact.create', data: { ...base, externalIds: many } }])
      .when('contact.set_external_id', shop)
      .thenRefused('too_many_external_ids');
    const channel = { channelId: id(12), sourceChannel: 'waha' };
    const sourced = known.when('contact.set_source_channel', channel).thenTypes('contact.source_channel_set');
    given(aggregates.contact, [], sourced).when('contact.set_source_channel', channel).thenNothing();
    const profilePicture = { tenantId: 'demo', profilePictureUrl: 'https://example.com/ana.jpg' };
    const shown = known.when('contact.update', { profilePicture }).thenEvents([
      { type: 'contact.profile_picture_updated', data: { contactId, ...profilePicture, fetchedAt: momentOf(1) } },
      { type: 'contact.updated', data: { contactId, updatedAt: momentOf(1), changes: ['profilePictureUrl'] } },
    ]);
    given(aggregates.contact, [], shown).when('contact.update', { profilePicture }).thenNothing();
  });

  it('keeps what each source told last', () => {
    const told = (enrichmentSource: string, enrichedData: object) => ({ enrichmentSource, enrichedData });
    const enriched = (enrichmentSource: string, enrichedData: object): Input => ({
      type: 'contact.enrich',
      data: told(enrichmentSource, enrichedData),
    });
    const known = given(aggregates.contact, [create, enriched('a', { role: 'owner', at: 'x' })]);
    known.when('contact.enrich', told('a', { at: 'x', role: 'owner' })).thenNothing();
    const state = known.when('contact.enrich', told('a', { role: 'buyer' })).thenTypes('contact.enriched');
    assert.deepEqual(state.enrichments, { a: { role: 'buyer' } });
    const full = Array.from({ length: 10 }, (_, index) => enriched(`source ${index}`, {}));
    const busy = given(aggregates.contact, [create, ...full]);
    busy.when('contact.enrich', told('source 11', {})).thenRefused('too_many_enrichment_sources');
    busy.when('contact.enrich', told('source 1', { role: 'owner' })).thenTypes('contact.enriched');
    assert.throws(() => known.when('contact.enrich', told('a', { long: 'x'.repeat(70_000) })).thenNothing(), /64 KiB/);
  });

  it('keeps nothing personal once it was anonymized, and takes no more', () => {
    const past = [
      create,
      { type: 'contact.enrich', data: { enrichmentSource: 'a', enrichedData: {} } },
      touch(momentOf(1)),
    ];
    const known = given(aggregates.contact, past);
    const nobody = known
      .when('contact.anonymize', { requestedBy: 'desk' })
      .thenEvents([
        { type: 'contact.anonymized', data: { contactId, requestedBy: 'desk', anonymizedAt: momentOf(3) } },
      ]);
    assert.deepEqual([nobody.name, nobody.enrichments, nobody.externalIds, nobody.interactionCount], ['', null, [], 1]);
    const after = given(aggregates.contact, [], nobody);
    for (const type of ['contact.anonymize', 'contact.delete', 'contact.add_tag', 'contact.opt_in'] as const)
      after.when(type, { requestedBy: 'desk', tag: 'x' }).thenRefused('contact_anonymized');
    after.when('contact.undo_interaction', undo(momentOf(1), null)).thenNothing();
    const deleted = given(aggregates.contact, [create, { type: 'contact.delete', data: {} }]);
    deleted.when('contact.anonymize', { requestedBy: 'desk' }).thenTypes('contact.anonymized');
    known.when('contact.anonymize', { requestedBy: 'desk', asPartOf: id(77) }).thenRefused('contact_merged');
  });

  it('learns further ways to be recognised, but does not change a phone number', () => {
    const learnt = given(aggregates.contact, [create])
      .when('contact.learn_identity', { phone: '5511900000001', externalIds: [lid, lid] })
      .thenTypes('contact.phone_set', 'contact.external_id_set');
    assert.deepEqual([learnt.phone, learnt.phoneVerified, learnt.externalIds], ['5511900000001', true, [lid]]);
    given(aggregates.contact, [
      { type: 'contact.create', data: { ...base, phone: '5511900000001', externalIds: [lid] } },
    ])
      .when('contact.learn_identity', { phone: '5511900000002', externalIds: [lid] })
      .thenNothing();
    const many = Array.from({ length: 10 }, (_, index) => ({ externalId: `${index}`, source: 'x' }));
    given(aggregates.contact, [{ type: 'contact.create', data: { ...base, externalIds: many } }])
      .when('contact.learn_identity', { externalIds: [lid] })
      .thenNothing();
  });

  it('learns a name only in place of one that stood in for it', () => {
    const called = (name: string) => ({ type: 'contact.create', data: { ...base, name } }) as const;
    for (const standIn of ['+5511900000001', 'WhatsApp 200000000000108', 'WhatsApp']) {
      const learnt = given(aggregates.contact, [called(standIn)])
        .when('contact.learn_identity', { name: 'Ana' })
        .thenTypes('contact.name_changed');
      assert.equal(learnt.name, 'Ana');
    }
    for (const name of ['Ana Souza', 'WhatsApp Ana', '+55 Ana'])
      given(aggregates.contact, [called(name)])
        .when('contact.learn_identity', { name: 'Ana' })
        .thenNothing();
  });

  it('knows the latest interaction, however its moment is written', () => {
    const first = given(aggregates.contact, [create]).when('contact.record_interaction', touch(momentOf(1)).data);
    first.thenEvents([
      {
        type: 'contact.interaction_recorded',
        data: { contactId, interactionType: 'message_received', isFirstInteraction: true, interactedAt: momentOf(1) },
      },
    ]);
    const late = '2026-01-31T12:00:10.500Z';
    const { state } = given(aggregates.contact, [create, touch(late), touch('2026-01-31T12:00:10Z')]);
    assert.deepEqual([state.interactionCount, state.lastInteractionAt], [2, late]);
  });

  it('takes an interaction back as if it had not been', () => {
    const before = given(aggregates.contact, [create, touch(momentOf(1))]).state;
    const after = given(aggregates.contact, [create, touch(momentOf(1)), touch(momentOf(2))])
      .when('contact.undo_interaction', undo(momentOf(2), momentOf(1)))
      .thenTypes('contact.interaction_recorded');
    assert.deepEqual(after, before);
    const three = [create, touch(momentOf(1)), touch(momentOf(2)), touch(momentOf(3))];
    for (const [first, second, between] of [
      [2, 3, 3],
      [3, 2, 2],
    ] as const) {
      const half = given(aggregates.contact, three)
        .when('contact.undo_interaction', undo(momentOf(first), momentOf(between)))
        .thenTypes('contact.interaction_recorded');
      assert.equal(half.lastInteractionAt, momentOf(between));
      const whole = given(aggregates.contact, [], half)
        .when('contact.undo_interaction', undo(momentOf(second), momentOf(1)))
        .thenTypes('contact.interaction_recorded');
      assert.deepEqual(whole, before);
    }
    given(aggregates.contact, [create])
      .when('contact.undo_interaction', undo(momentOf(1), null))
      .thenNothing();
  });

  it('notes the advert it came from', () => {
    const advert = {
      messageId: id(13),
      conversionSource: 'FB_Ads',
      adSourceType: 'ad',
      adSourceId: '12',
      body: 'Half price',
    };
    given(aggregates.contact, [create])
      .when('contact.track_ad', advert)
      .thenEvents([{ type: 'tracking.message.meta_ads', data: { contactId, ...advert, trackedAt: momentOf(1) } }]);
  });

  it('is gone once it was deleted, and compensations find nothing to do', () => {
    const gone = given(aggregates.contact, [create, touch(momentOf(1)), { type: 'contact.delete', data: {} }]);
    assert.equal(gone.state.deletedAt, momentOf(2));
    gone.when('contact.update', { name: 'Bia' }).thenRefused('not_found');
    gone.when('contact.delete').thenRefused('not_found');
    gone.when('contact.undo_interaction', undo(momentOf(1), null)).thenNothing();
    given(aggregates.contact).when('contact.add_tag', { tag: 'vip' }).thenRefused('not_found');
  });

  it('folds to the same state and keeps its lists without doubles, whatever is asked of it', () => {
    const commands = arbitraryCommands(aggregates.contact, {
      first: 'contact.create',
      rare: ['contact.delete', 'contact.create', 'contact.become_merged', 'contact.anonymize'],
    });
    fc.assert(
      fc.property(commands, (inputs) => {
        const { state, events, steps } = runAll(aggregates.contact, inputs);
        assert.deepEqual(foldStored(aggregates.contact, events), state);
        for (const { after } of steps) {
          assert.ok(after.interactionCount >= 0);
          assert.equal(new Set(after.tags).size, after.tags.length);
          assert.equal(new Set(after.externalIds.map((one) => JSON.stringify(one))).size, after.externalIds.length);
          assert.ok(after.externalIds.length <= 10);
          assert.equal(new Set(after.optOuts.map((one) => one.channelId)).size, after.optOuts.length);
          assert.equal(new Set(after.pipelines.map((one) => one.pipelineId)).size, after.pipelines.length);
          assert.ok(after.tags.length <= 50 && after.pipelines.length <= 20);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
