// The events of a contact's places in pipelines, and of what is found out about it as a lead.
import { z } from 'zod';
import { event } from '../kernel/define-events.ts';
import { address, at, id, label, map, reason } from '../kernel/fields.ts';
import { pii } from '../kernel/pii.ts';
import { contactId, someContact, somePipeline, someStatus, someTime } from './event-examples.ts';

const otherStatus = '018f5a10-0000-7000-8000-000000000007';

/** The rows; part of `contactEvents`. */
export const placeEvents = {
  'contact.entered_pipeline': event({
    version: 1,
    summary: 'The contact entered a pipeline, at the named status. A contact.status_changed follows it.',
    data: z.object({
      contactId,
      pipelineId: id,
      statusId: id,
      statusName: label,
      enteredBy: z.string().optional(),
      enteredAt: at,
    }),
    webhooks: ['contact.entered_pipeline'],
    timeline: 'pipeline',
    example: {
      contactId: someContact,
      pipelineId: somePipeline,
      statusId: someStatus,
      statusName: 'New',
      enteredAt: someTime,
    },
  }),
  'contact.exited_pipeline': event({
    version: 1,
    summary: 'The contact left a pipeline.',
    data: z.object({
      contactId,
      pipelineId: id,
      lastStatusId: id,
      lastStatusName: label,
      exitedBy: z.string().optional(),
      reason,
      exitedAt: at,
    }),
    webhooks: ['contact.exited_pipeline'],
    timeline: 'pipeline',
    example: {
      contactId: someContact,
      pipelineId: somePipeline,
      lastStatusId: someStatus,
      lastStatusName: 'Won',
      reason: 'won',
      exitedAt: someTime,
    },
  }),
  'contact.pipeline_status_changed': event({
    version: 1,
    summary: 'The contact was moved from one status of a pipeline to another. A contact.status_changed follows it.',
    data: z.object({
      contactId,
      pipelineId: id,
      previousStatusId: id.optional(),
      newStatusId: id,
      previousStatusName: label.optional(),
      newStatusName: label,
      changedBy: z.string().optional(),
      reason: reason.optional(),
      changedAt: at,
    }),
    webhooks: ['contact.pipeline_status_changed'],
    timeline: 'pipeline',
    example: {
      contactId: someContact,
      pipelineId: somePipeline,
      previousStatusId: someStatus,
      newStatusId: otherStatus,
      previousStatusName: 'New',
      newStatusName: 'Qualified',
      changedAt: someTime,
    },
  }),
  'contact.status_changed': event({
    version: 1,
    summary:
      'The contact has a new status in a pipeline, however it came by it: by entering (no old status) or by a move. The one event for whoever only asks which status holds now.',
    data: z.object({
      contactId,
      pipelineId: id,
      oldStatusId: id.optional(),
      newStatusId: id,
      oldStatusName: label.optional(),
      newStatusName: label,
      changedBy: z.string().optional(),
      reason: reason.optional(),
      changedAt: at,
    }),
    webhooks: ['contact.status_changed'],
    timeline: 'pipeline',
    example: {
      contactId: someContact,
      pipelineId: somePipeline,
      newStatusId: someStatus,
      newStatusName: 'New',
      changedAt: someTime,
    },
  }),
  'contact.lead_qualified': event({
    version: 1,
    summary: 'The contact was assessed as a lead of a pipeline it is in. `score` 0 to 100, `confidence` 0 to 1.',
    data: z.object({
      contactId,
      pipelineId: id,
      score: z.int(),
      qualified: z.boolean(),
      answers: map,
      confidence: z.number(),
      reasons: z.array(z.string()),
      qualifiedAt: at,
    }),
    webhooks: ['contact.lead_qualified'],
    timeline: 'pipeline',
    example: {
      contactId: someContact,
      pipelineId: somePipeline,
      score: 82,
      qualified: true,
      answers: { budget: 'yes', timeline: 'this month' },
      confidence: 0.9,
      reasons: ['has a budget', 'decides alone'],
      qualifiedAt: someTime,
    },
  }),
  'contact.profile_picture_received': event({
    version: 1,
    summary: 'The gateway gave the picture of a contact that stands in a pipeline, whose cards show it.',
    data: z.object({ contactId, pipelineId: id, profilePictureUrl: pii(address), receivedAt: at }),
    webhooks: [],
    timeline: 'pipeline',
    example: {
      contactId: someContact,
      pipelineId: somePipeline,
      profilePictureUrl: 'https://pps.example.com/v/ana.jpg',
      receivedAt: someTime,
    },
  }),
} as const;
