// One event = one row: version, summary, schema with pii() marks, webhook names, example. Everything else is derived from the rows.
import type { z } from 'zod';
import type { OlderVersion } from './versions.ts';

/** How integrators see an event: fixed names (none = internal only), or a choice made from its data (undefined: not this one). */
export type WebhookNames<Data> =
  | readonly string[]
  | { readonly names: readonly string[]; readonly choose: (data: Data) => string | undefined };

/** The kinds of entry in a contact's timeline. Source: `contact_events.category`. */
export const timelineCategories = [
  'lifecycle',
  'profile',
  'tags',
  'engagement',
  'pipeline',
  'tracking',
  'enrichment',
  'message',
  'session',
  'note',
  'campaign',
] as const;
/** One of them. */
export type TimelineCategory = (typeof timelineCategories)[number];

/** One row of the catalogue. `version` counts from 1; `older` are the versions before it, the first one first. */
export type EventRow<Schema extends z.ZodType = z.ZodType> = {
  readonly version: number;
  readonly summary: string;
  readonly data: Schema;
  readonly webhooks: WebhookNames<z.infer<Schema>>;
  /** Where it stands in the contact's timeline; only for a contact's own events and those whose data names the contact (`contactId`). */
  readonly timeline?: TimelineCategory;
  readonly older?: readonly OlderVersion[];
  readonly example: z.infer<Schema>;
};

/** Types one row from its schema, so that example and webhook choice are checked against it. */
export function event<Schema extends z.ZodType>(row: EventRow<Schema>): EventRow<Schema> {
  return row;
}

/** The rows of one aggregate. `family`: the aggregate in whose name they are told, where a small one speaks for a larger (an enrolment for its campaign). */
export type EventTable<Rows extends Record<string, EventRow> = Record<string, EventRow>> = {
  readonly aggregate: string;
  readonly family: string;
  readonly rows: Rows;
};

/** Declares the events of an aggregate. `aggregate` is what orders them and stands in the envelope, whatever their names. */
export function defineEvents<const Rows extends Record<string, EventRow>>(
  aggregate: string,
  rows: Rows,
  { family = aggregate }: { readonly family?: string } = {},
): EventTable<Rows> {
  return { aggregate, family, rows };
}

/** The union of `{ type, data }` of a table's events. */
export type EventsOf<Table extends EventTable> = {
  [Type in keyof Table['rows'] & string]: { readonly type: Type; readonly data: z.infer<Table['rows'][Type]['data']> };
}[keyof Table['rows'] & string];

/** The webhook names under which one event goes out (none: it stays inside). */
export function webhookNamesOf<Data>(webhooks: WebhookNames<Data>, data: Data): readonly string[] {
  if (!('choose' in webhooks)) return webhooks;
  const chosen = webhooks.choose(data);
  return chosen === undefined ? [] : [chosen];
}

/** All webhook names that a row's events can go out under. */
export function possibleWebhookNames(webhooks: WebhookNames<never>): readonly string[] {
  return 'choose' in webhooks ? webhooks.names : webhooks;
}
