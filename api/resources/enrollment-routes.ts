// Who is in a campaign or sequence, over HTTP: contacts that are put in, and their ways through.
import type { z } from '@hono/zod-openapi';
import { and, type SQL } from 'drizzle-orm';
import type { enrollInCampaign } from '../../db/enroll-contacts.ts';
import type { AggregateDefinition } from '../../db/execute.ts';
import { equal } from '../../db/queries/conditions.ts';
import type { campaignEnrollments } from '../../db/schema/campaigns.ts';
import type { sequenceEnrollments } from '../../db/schema/sequences.ts';
import type { AnyEvent, Command } from '../../domain/kernel/define-aggregate.ts';
import type { Family } from '../../domain/outreach/course.ts';
import { type Route, writeRoute } from '../define-route.ts';
import { resource } from '../resource.ts';
import { commandRoutes } from '../routes.ts';
import { idParams, uuid } from '../schemas/common.ts';
import { enrollBody, enrolledSchema, enrollmentStatus, exitBody } from '../schemas/outreach.ts';

const titleOf = { campaign: 'Campaign', sequence: 'Sequence' } as const satisfies Record<Family, string>;

type Enrollments<
  State extends { readonly id: string },
  Cmd extends Command,
  Event extends AnyEvent,
  Filter extends z.ZodRawShape,
> = {
  readonly family: Family;
  readonly definition: AggregateDefinition<State, Cmd, Event>;
  readonly schema: z.ZodType;
  readonly table: typeof campaignEnrollments | typeof sequenceEnrollments;
  /** The filter by the campaign or sequence, and what it means. */
  readonly filters: Filter;
  readonly isIn: (query: z.infer<z.ZodObject<Filter>>) => SQL | undefined;
  readonly enroll: typeof enrollInCampaign;
};

/** Who is in a campaign or sequence: put in by it, then each on their own. */
export function enrollmentRoutesOf<
  State extends { readonly id: string },
  Cmd extends Command,
  Event extends AnyEvent,
  Filter extends z.ZodRawShape,
>(about: Enrollments<State, Cmd, Event, Filter>): readonly Route[] {
  const { family, definition, schema, table, filters, isIn, enroll } = about;
  const title = titleOf[family];
  const tag = `${family}s`;
  const { list, read, verb } = resource({
    definition,
    name: `${family} enrollment`,
    schemaName: `${title}Enrollment`,
    path: `/v1/${family}-enrollments`,
    tag,
    schema,
  });
  const change = (what: 'pause' | 'resume' | 'exit', summary: string, body?: z.ZodType): Route => {
    const type = `${family}_enrollment.${what}` as const;
    const operationId = `${what}${title}Enrollment`;
    return verb(type as Cmd['type'], commandRoutes[type], { operationId, summary, ...(body && { body }) });
  };
  return [
    writeRoute({
      ...commandRoutes[`${family}_enrollment.enroll` as const],
      operationId: `enrollIn${title}`,
      tag,
      summary: `Puts up to 500 contacts into an active ${family}`,
      description: 'A contact that is in it already, or was and may not enter again, is passed over and named.',
      params: idParams,
      body: enrollBody,
      answer: { description: 'Who entered, and who was passed over.', schema: enrolledSchema },
      handle: async ({ params, body }, { tx, deps, cause }) => ({
        body: await enroll(deps.database, tx, { id: params.id, ...body }, cause),
      }),
    }),
    list({ ...filters, contactId: uuid.optional(), status: enrollmentStatus.optional() }, (query) => {
      const { contactId, status } = query as { contactId?: string; status?: string };
      return and(isIn(query as never), equal(table.contactId, contactId), equal(table.status, status));
    }),
    read(),
    change('pause', `Lets the ${family} stand still for one contact`),
    change('resume', 'Goes on; what fell due meanwhile is due now'),
    change('exit', `Takes one contact out of the ${family}`, exitBody),
  ];
}
