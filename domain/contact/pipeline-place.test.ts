// A contact's places in pipelines: in once, moved, out; every new status told twice, as what happened and as what holds.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const contactId = id(10);
const pipelineId = id(20);
const [fresh, won] = [
  { pipelineId, statusId: id(21), statusName: 'New' },
  { pipelineId, statusId: id(22), statusName: 'Won' },
];
const create: Input = { type: 'contact.create', data: { contactId, projectId: id(11), tenantId: 'demo', name: 'Ana' } };
const enter: Input = { type: 'contact.enter_pipeline', data: fresh };
const known = (...past: Input[]) => given(aggregates.contact, [create, ...past]);
const assessed = {
  pipelineId,
  score: 80,
  qualified: true,
  answers: { budget: 'yes' },
  confidence: 0.9,
  reasons: ['budget'],
};

describe("a contact's place in a pipeline", () => {
  it('is taken once', () => {
    const state = known()
      .when('contact.enter_pipeline', { ...fresh, enteredBy: 'someone' })
      .thenEvents([
        {
          type: 'contact.entered_pipeline',
          data: { contactId, ...fresh, enteredBy: 'someone', enteredAt: momentOf(1) },
        },
        {
          type: 'contact.status_changed',
          data: {
            contactId,
            pipelineId,
            newStatusId: fresh.statusId,
            newStatusName: 'New',
            changedBy: 'someone',
            changedAt: momentOf(1),
          },
        },
      ]);
    const at = momentOf(1);
    assert.deepEqual(state.pipelines, [{ ...fresh, enteredAt: at, changedAt: at, qualification: null }]);
    known(enter).when('contact.enter_pipeline', won).thenRefused('already_in_pipeline');
    const many = Array.from({ length: 20 }, (_, index): Input => {
      return { type: 'contact.enter_pipeline', data: { ...fresh, pipelineId: id(30 + index) } };
    });
    known(...many)
      .when('contact.enter_pipeline', fresh)
      .thenRefused('too_many_pipelines');
  });

  it('changes by a move, which tells where it came from', () => {
    const change = { newStatusId: won.statusId, newStatusName: 'Won', reason: 'paid', changedAt: momentOf(2) };
    const state = known(enter)
      .when('contact.move_status', { ...won, reason: 'paid' })
      .thenEvents([
        {
          type: 'contact.pipeline_status_changed',
          data: { contactId, pipelineId, previousStatusId: fresh.statusId, previousStatusName: 'New', ...change },
        },
        {
          type: 'contact.status_changed',
          data: { contactId, pipelineId, oldStatusId: fresh.statusId, oldStatusName: 'New', ...change },
        },
      ]);
    assert.deepEqual([state.pipelines[0]?.statusId, state.pipelines[0]?.changedAt], [won.statusId, momentOf(2)]);
    known(enter).when('contact.move_status', fresh).thenNothing();
    known().when('contact.move_status', won).thenRefused('not_in_pipeline');
  });

  it('is left', () => {
    const state = known(enter)
      .when('contact.exit_pipeline', { pipelineId, reason: 'lost' })
      .thenEvents([
        {
          type: 'contact.exited_pipeline',
          data: {
            contactId,
            pipelineId,
            lastStatusId: fresh.statusId,
            lastStatusName: 'New',
            reason: 'lost',
            exitedAt: momentOf(2),
          },
        },
      ]);
    assert.deepEqual(state.pipelines, []);
    known().when('contact.exit_pipeline', { pipelineId, reason: 'lost' }).thenRefused('not_in_pipeline');
  });

  it('keeps the latest assessment', () => {
    const state = known(enter)
      .when('contact.qualify_lead', assessed)
      .thenEvents([{ type: 'contact.lead_qualified', data: { contactId, ...assessed, qualifiedAt: momentOf(2) } }]);
    const kept = { score: 80, qualified: true, confidence: 0.9, qualifiedAt: momentOf(2) };
    assert.deepEqual(state.pipelines[0]?.qualification, kept);
    known().when('contact.qualify_lead', assessed).thenRefused('not_in_pipeline');
  });

  it('hears of the picture that the gateway gave', () => {
    const picture = { tenantId: 'demo', profilePictureUrl: 'https://pps.example.com/1.jpg', receivedAt: momentOf(9) };
    const received: Input = { type: 'contact.receive_profile_picture', data: picture };
    known().when('contact.receive_profile_picture', picture).thenTypes('contact.profile_picture_updated');
    const state = known(enter)
      .when('contact.receive_profile_picture', picture)
      .thenTypes('contact.profile_picture_updated', 'contact.profile_picture_received');
    assert.equal(state.profilePictureUrl, picture.profilePictureUrl);
    known(enter, received).when('contact.receive_profile_picture', picture).thenNothing();
  });
});
