// The enrichment: the first answer stands; results are personal.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';
import type { Enrichment } from './enrichment.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const requested: Enrichment = {
  ...aggregates.enrichment.decider.initialState(),
  id: id(10),
  projectId: id(11),
  messageId: id(12),
  contactId: id(13),
  kind: 'voice',
  mediaUrl: 'https://gateway.example/files/4.oga',
  createdAt: '2026-01-31T11:59:00.000Z',
};
const about = {
  enrichmentId: id(10),
  messageId: id(12),
  contactId: id(13),
  kind: 'voice',
  provider: 'whisper',
} as const;
const complete: Input = { type: 'enrichment.complete', data: { provider: 'whisper', result: { text: 'Hello' } } };
const fail: Input = { type: 'enrichment.fail', data: { provider: 'whisper', reason: 'file_unavailable' } };

describe('enrichment', () => {
  it('is completed with the result', () => {
    const state = given(aggregates.enrichment, [], requested)
      .when('enrichment.complete', complete.data)
      .thenEvents([
        { type: 'enrichment.completed', data: { ...about, result: { text: 'Hello' }, completedAt: momentOf(0) } },
      ]);
    assert.deepEqual([state.status, state.result, state.completedAt], ['completed', { text: 'Hello' }, momentOf(0)]);
  });

  it('fails with the reason', () => {
    const state = given(aggregates.enrichment, [], requested)
      .when('enrichment.fail', fail.data)
      .thenEvents([
        { type: 'enrichment.failed', data: { ...about, reason: 'file_unavailable', failedAt: momentOf(0) } },
      ]);
    assert.deepEqual([state.status, state.failureReason], ['failed', 'file_unavailable']);
  });

  it('keeps its first answer', () => {
    const completed = given(aggregates.enrichment, [complete], requested);
    completed.when('enrichment.complete', { provider: 'other', result: {} }).thenNothing();
    completed.when('enrichment.fail', fail.data).thenRefused('enrichment_finished');
    const failed = given(aggregates.enrichment, [fail], requested);
    failed.when('enrichment.fail', fail.data).thenNothing();
    failed.when('enrichment.complete', complete.data).thenRefused('enrichment_finished');
    given(aggregates.enrichment).when('enrichment.complete', complete.data).thenRefused('not_found');
  });
});
