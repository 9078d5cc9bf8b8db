// The tracking: made once, enriched by what is new.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const trackingId = id(10);
const contactId = id(12);
const made = { trackingId, projectId: id(11), contactId, source: 'meta_ads', platform: 'instagram' };
const create: Input = { type: 'tracking.create', data: made };
const enrich = (changes: Record<string, unknown>): Input => ({
  type: 'tracking.enrich',
  data: { enrichmentSource: 'meta_api', changes },
});

describe('tracking', () => {
  it('is made once', () => {
    const state = given(aggregates.tracking)
      .when('tracking.create', made)
      .thenEvents([{ type: 'tracking.created', data: { ...made, createdAt: momentOf(0) } }]);
    assert.deepEqual([state.id, state.sessionId, state.platform], [trackingId, null, 'instagram']);
    given(aggregates.tracking, [create]).when('tracking.create', made).thenRefused('tracking_exists');
    given(aggregates.tracking).when('tracking.enrich', enrich({}).data).thenRefused('not_found');
  });

  it('takes in what is new and tells of nothing else', () => {
    const known = given(aggregates.tracking, [create, enrich({ campaign: 'Summer', placements: ['feed'] })]);
    known.when('tracking.enrich', enrich({ campaign: 'Summer', placements: ['feed'] }).data).thenNothing();
    const state = known
      .when('tracking.enrich', enrich({ campaign: 'Winter', placements: ['feed'], cost: null }).data)
      .thenEvents([
        {
          type: 'tracking.enriched',
          data: {
            trackingId,
            contactId,
            enrichmentSource: 'meta_api',
            changes: { campaign: 'Winter', cost: null },
            enrichedAt: momentOf(2),
          },
        },
      ]);
    assert.deepEqual(state.fields, { campaign: 'Winter', placements: ['feed'], cost: null });
  });
});
