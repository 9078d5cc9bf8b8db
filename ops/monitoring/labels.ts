// Every label a metric may have, and what its values look like: few, and never personal. A label that is not here fails the tests.

/** What a label says, and the form of all its values. */
export type LabelRow = { readonly says: string; readonly values: RegExp };

const word = /^[A-Za-z][A-Za-z0-9_]{0,39}$/;

/** The labels by name. */
export const metricLabels = {
  process: { says: 'the process that serves the figure', values: /^(api|worker|relay|consumer)$/ },
  consumer: { says: 'a consumer, as in `workers/consumers/rows.ts`', values: word },
  projection: { says: 'a projection, as in `db/projections/index.ts`', values: word },
  effect: { says: 'what came of a delivery', values: word },
  dependency: { says: 'what the process depends on', values: /^[a-z][a-z ()]{0,39}$/ },
  method: { says: 'HTTP method', values: /^([A-Z]{3,7}|other)$/ },
  route: { says: "a route's pattern, `none` for paths that are no route", values: /^(none|\/[a-z0-9/._:{}-]*)$/i },
  status: { says: 'HTTP status', values: /^[1-5]\d\d$/ },
  request: { says: 'kind of an operator’s request: outbox and letters are redriven or discarded', values: word },
  kind: { says: 'kind of gateway event', values: word },
  outcome: { says: 'what came of it', values: word },
  saga_type: { says: 'type of saga', values: word },
  step: { says: 'step of a saga', values: /^(undo:)?[A-Za-z][A-Za-z0-9_-]{0,39}$/ },
  state: { says: 'state of a saga, a gateway event or a connection', values: word },
  pool: { says: 'a pool of connections to the database', values: /^[a-z][a-z-]{0,39}$/ },
  run: { says: 'which run of a transaction it is: 2 is the first retry', values: /^[2-9]$/ },
} as const satisfies Readonly<Record<string, LabelRow>>;

/** One label's row; undefined when there is none of that name. */
export function labelRow(name: string): LabelRow | undefined {
  return Object.entries(metricLabels).find(([label]) => label === name)?.[1];
}
