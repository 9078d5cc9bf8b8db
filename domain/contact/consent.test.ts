// Opting out and in: of one channel or of all, once each, taken back as if it had not been.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import { optOutOn } from './consent.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const contactId = id(10);
const [channelId, otherChannel, messageId] = [id(12), id(13), id(14)];
const create: Input = { type: 'contact.create', data: { contactId, projectId: id(11), tenantId: 'demo', name: 'Ana' } };
const out = (data: object = {}): Input => ({ type: 'contact.opt_out', data: { reason: 'asked', ...data } });
const back = (data: object = {}): Input => ({ type: 'contact.opt_in', data });
const known = (...past: Input[]) => given(aggregates.contact, [create, ...past]);

describe('opt-outs', () => {
  it('hold for one channel, or for all', () => {
    const one = known().when('contact.opt_out', { channelId, reason: 'reply_word', messageId });
    const state = one.thenEvents([
      {
        type: 'contact.opted_out',
        data: { contactId, channelId, reason: 'reply_word', messageId, optedOutAt: momentOf(1) },
      },
    ]);
    assert.ok(optOutOn(state.optOuts, channelId));
    assert.equal(optOutOn(state.optOuts, otherChannel), undefined);
    const all = known(out()).state;
    assert.ok(optOutOn(all.optOuts, channelId) && optOutOn(all.optOuts, otherChannel));
  });

  it('are noted once: what holds already is no event', () => {
    known(out()).when('contact.opt_out', { reason: 'again' }).thenNothing();
    known(out()).when('contact.opt_out', { channelId, reason: 'again' }).thenNothing();
    known(out({ channelId })).when('contact.opt_out', { channelId, reason: 'again' }).thenNothing();
    known(out({ channelId })).when('contact.opt_out', { reason: 'all' }).thenTypes('contact.opted_out');
  });

  it('are lifted for one channel, or all at once', () => {
    known().when('contact.opt_in').thenNothing();
    known(out({ channelId })).when('contact.opt_in', { channelId: otherChannel }).thenNothing();
    const both = known(out({ channelId }), out({ channelId: otherChannel }));
    const left = both.when('contact.opt_in', { channelId }).thenTypes('contact.opted_in');
    assert.deepEqual(
      left.optOuts.map((one) => one.channelId),
      [otherChannel],
    );
    assert.deepEqual(both.when('contact.opt_in').thenTypes('contact.opted_in').optOuts, []);
    known(out()).when('contact.opt_in', { channelId }).thenRefused('opted_out_of_all');
  });

  it('are taken back, unless something newer took their place', () => {
    const undo = { channelId, optedOutAt: momentOf(1) };
    const undone = known(out({ channelId })).when('contact.undo_opt_out', undo).thenTypes('contact.opted_out');
    assert.deepEqual(undone, known().state);
    known(out({ channelId }), back({ channelId }), out({ channelId })).when('contact.undo_opt_out', undo).thenNothing();
    known(out({ channelId }), { type: 'contact.delete', data: {} }).when('contact.undo_opt_out', undo).thenNothing();
  });

  it('hold again when an opt-in is taken back', () => {
    const before = known(out({ channelId }), out({ channelId: otherChannel })).state;
    const lifted = before.optOuts;
    const again = known(out({ channelId }), out({ channelId: otherChannel }), back())
      .when('contact.undo_opt_in', { lifted })
      .thenTypes('contact.opted_in');
    assert.deepEqual(again, before);
    known(...[out({ channelId }), back(), out({ channelId })])
      .when('contact.undo_opt_in', { lifted: lifted.slice(0, 1) })
      .thenNothing();
  });

  it('are never refused: beyond a hundred channels the wish is taken for all', () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      out({ channelId: `018f5a10-0000-7000-8000-${String(500 + index).padStart(12, '0')}` }),
    );
    const { optOuts } = known(...many)
      .when('contact.opt_out', { channelId, reason: 'x' })
      .thenTypes('contact.opted_out');
    assert.equal(optOuts.at(-1)?.channelId, null);
  });
});
