// The events of an enrichment. That one was requested is told by the message's own `message.ai.process_…_requested`.
import { z } from 'zod';
import { defineEvents, type EventsOf, event } from '../kernel/define-events.ts';
import { at, id, label, map, reason } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';

/** What is looked at: the kinds of media that a model can describe or transcribe. */
export const enrichmentKinds = ['image', 'video', 'audio', 'voice'] as const;

const enrichment = {
  enrichmentId: id,
  messageId: id,
  contactId: id,
  kind: z.enum(enrichmentKinds),
  provider: label,
};
const someEnrichment = {
  enrichmentId: '018f5a10-0000-7000-8000-00000000000b',
  messageId: '018f5a10-0000-7000-8000-000000000004',
  contactId: '018f5a10-0000-7000-8000-000000000001',
  kind: 'voice',
  provider: 'whisper',
} as const;
const someTime = '2026-01-31T12:00:05.000Z';

export const enrichmentEvents = defineEvents('enrichment', {
  'enrichment.completed': event({
    version: 1,
    summary: 'A description or transcript of the media is there.',
    data: z.object({ ...enrichment, result: pii(map), completedAt: at }),
    webhooks: ['enrichment.completed'],
    timeline: 'enrichment',
    example: { ...someEnrichment, result: { text: 'Is it still open?', language: 'en' }, completedAt: someTime },
  }),
  'enrichment.failed': event({
    version: 1,
    summary: 'The media could not be described or transcribed.',
    data: z.object({ ...enrichment, reason, failedAt: at }),
    webhooks: ['enrichment.failed'],
    timeline: 'enrichment',
    example: { ...someEnrichment, reason: 'file_unavailable', failedAt: someTime },
  }),
});

/** Any event of an enrichment. */
export type EnrichmentEvent = EventsOf<typeof enrichmentEvents>;
