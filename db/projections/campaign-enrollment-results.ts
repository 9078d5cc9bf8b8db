// Campaign results, first part: one row an enrolment, how far the contact came and why it left. Ids and times, and the reason an operator gave.
import type { Tx } from '../transaction.ts';
import { fold, lockRows, type ProjectedEvent, putRows, type ReadModel, type Row } from './read-model.ts';

type EnrollmentResult = Row & { readonly status: 'active' | 'paused' | 'completed' | 'exited' };

export const campaignEnrollmentResults: ReadModel = {
  table: 'campaign_result_enrollments',
  key: 'enrollment_id',
  columns: {
    enrollment_id: 'uuid',
    tenant_id: 'text',
    campaign_id: 'uuid',
    contact_id: 'uuid',
    status: 'text',
    enrolled_at: 'timestamptz',
    step_order: 'integer',
    completed_at: 'timestamptz',
    exited_at: 'timestamptz',
    exit_reason: 'text',
  },
  since: 'enrolled_at',
  make: async (events) => fold(evolve, events.filter(isOfEnrollment)),
};

/** Takes events of one tenant, each enrolment's in its sequence; passes over all others. */
export async function followEnrollments(events: readonly ProjectedEvent[], tx: Tx): Promise<void> {
  const own = events.filter(isOfEnrollment);
  if (own.length === 0) return;
  const ids = [...new Set(own.map(({ aggregateId }) => aggregateId))];
  const before = await lockRows<EnrollmentResult>(
    tx,
    campaignEnrollmentResults,
    'enrollment_id = any($2::uuid[])',
    ids,
  );
  await putRows(tx, campaignEnrollmentResults, fold(evolve, own, before));
}

const isOfEnrollment = ({ aggregateType }: ProjectedEvent): boolean => aggregateType === 'campaign_enrollment';

function evolve(row: EnrollmentResult | undefined, event: ProjectedEvent): EnrollmentResult | undefined {
  const { type, aggregateId, tenantId, time, data } = event;
  if (type === 'campaign.contact_enrolled')
    return {
      enrollment_id: aggregateId,
      tenant_id: tenantId,
      campaign_id: data['campaignId'],
      contact_id: data['contactId'],
      status: 'active',
      enrolled_at: time,
      step_order: 1,
      completed_at: null,
      exited_at: null,
      exit_reason: null,
    };
  if (!row) return undefined;
  switch (type) {
    case 'campaign.enrollment_advanced':
      return { ...row, step_order: data['currentStepOrder'] };
    case 'campaign.enrollment_paused':
      return { ...row, status: 'paused' };
    case 'campaign.enrollment_resumed':
      return { ...row, status: 'active' };
    case 'campaign.enrollment_completed':
      return { ...row, status: 'completed', completed_at: data['completedAt'] };
    case 'campaign.enrollment_exited':
      return { ...row, status: 'exited', exited_at: data['exitedAt'], exit_reason: data['exitReason'] };
    default:
      return row;
  }
}
