// The tables of enrolments, in campaigns and in sequences: nothing personal in them. A contact is in each at most once at a time.
import type { CampaignEnrollment } from '../../domain/campaign-enrollment/campaign-enrollment.ts';
import type { Course } from '../../domain/outreach/course.ts';
import type { SequenceEnrollment } from '../../domain/sequence-enrollment/sequence-enrollment.ts';
import { campaignEnrollments } from '../schema/campaigns.ts';
import { sequenceEnrollments } from '../schema/sequences.ts';
import { type ColumnKind, defineStore } from '../state-store.ts';

const columns: { readonly [Key in keyof Course]: ColumnKind } = {
  id: 'plain',
  projectId: 'plain',
  contactId: 'plain',
  status: 'plain',
  steps: 'json',
  reEntry: 'plain',
  exitOnReply: 'plain',
  currentStepOrder: 'plain',
  nextScheduledAt: 'time',
  pausedAt: 'time',
  completedAt: 'time',
  exitedAt: 'time',
  exitReason: 'plain',
  createdAt: 'time',
};
const subject = (state: Course): string => state.contactId;
const already = { rule: 'already_enrolled', message: 'The contact is in it already: let it exit first.' };
const before = { rule: 'enrolled_before', message: 'The contact was in it before, and nobody may enter again.' };

export const campaignEnrollmentStore = defineStore<CampaignEnrollment>({
  table: campaignEnrollments,
  columns: { ...columns, campaignId: 'plain' },
  subject,
  erased: {},
  unique: { campaign_enrollments_open: already, campaign_enrollments_once: before },
});

export const sequenceEnrollmentStore = defineStore<SequenceEnrollment>({
  table: sequenceEnrollments,
  columns: { ...columns, sequenceId: 'plain' },
  subject,
  erased: {},
  unique: { sequence_enrollments_open: already, sequence_enrollments_once: before },
});
