// Adds up what a campaign has brought, from its projection: who went through it, how far its messages got, who wrote back.
import type { Tx } from '../transaction.ts';

/** The counts. `audience`: different contacts. `exitReasons` add up to `exited`; of messages, queued, sent and failed add up to `total`. */
export type CampaignResults = {
  readonly audience: number;
  readonly enrolled: number;
  readonly active: number;
  readonly paused: number;
  readonly completed: number;
  readonly exited: number;
  readonly exitReasons: readonly { readonly reason: string; readonly count: number }[];
  readonly reached: number;
  readonly repliedContacts: number;
  readonly messages: {
    readonly total: number;
    readonly queued: number;
    readonly sent: number;
    readonly delivered: number;
    readonly read: number;
    readonly failed: number;
    readonly replied: number;
  };
};

type Enrolled = Pick<CampaignResults, 'audience' | 'enrolled' | 'active' | 'paused' | 'completed' | 'exited'>;
type Sent = CampaignResults['messages'] & Pick<CampaignResults, 'reached' | 'repliedContacts'>;

/** So many reasons are told apart; all others together, as `other`. */
const reasonsApart = 50;

/** Of one campaign of the tenant; all are 0 where nothing has happened. */
export async function campaignResults(tx: Tx, campaignId: string): Promise<CampaignResults> {
  const one = async <Counts extends object>(text: string): Promise<Counts> => {
    const { rows } = await tx.query<Counts>(text, [tx.tenantId, campaignId]);
    const [row] = rows;
    if (!row) throw new Error('A count answers a row.');
    return row;
  };
  const enrolled = await one<Enrolled>(
    `select count(distinct contact_id) as audience, count(*) as enrolled, ${['active', 'paused', 'completed', 'exited']
      .map((status) => `count(*) filter (where status = '${status}') as ${status}`)
      .join(', ')}
     from campaign_result_enrollments where tenant_id = $1 and campaign_id = $2`,
  );
  const { rows: exitReasons } = await tx.query<{ reason: string; count: number }>(
    `select case when place <= ${reasonsApart} then reason else 'other' end as reason, sum(count)::float8 as count
     from (select coalesce(exit_reason, 'unknown') as reason, count(*) as count, row_number() over (order by count(*) desc, coalesce(exit_reason, 'unknown')) as place
       from campaign_result_enrollments where tenant_id = $1 and campaign_id = $2 and status = 'exited' group by 1) reasons
     group by 1 order by 2 desc, 1`,
    [tx.tenantId, campaignId],
  );
  const { reached, repliedContacts, ...messages } = await one<Sent>(
    `select count(*) as total, count(*) filter (where status = 'queued') as queued, count(*) filter (where status in ('sent', 'delivered', 'read')) as sent,
       count(*) filter (where status in ('delivered', 'read')) as delivered, count(*) filter (where status = 'read') as read,
       count(*) filter (where status = 'failed') as failed, count(replied_at) as replied,
       count(distinct contact_id) filter (where status in ('sent', 'delivered', 'read')) as reached,
       count(distinct contact_id) filter (where replied_at is not null) as "repliedContacts"
     from campaign_result_messages where tenant_id = $1 and campaign_id = $2`,
  );
  return { ...enrolled, exitReasons, reached, repliedContacts, messages };
}
