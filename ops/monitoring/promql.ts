// Reads PromQL: which metrics and labels an expression names, and whether they exist. The grammar is Prometheus' own.
import { parser } from '@prometheus-io/lezer-promql';
import { createMetrics } from '../../platform/metrics.ts';
import { metricCatalogue } from './catalogue.ts';

/** Metrics by name, each with the labels its series have once Prometheus has scraped them. */
export type KnownMetrics = ReadonlyMap<string, ReadonlySet<string>>;

type Range = { readonly from: number; readonly to: number };
type Selector = Range & { readonly metric: string; readonly labels: readonly string[] };
/** Labels that are grouped or matched by, and the part of the expression whose series must have them. */
type Grouping = { readonly labels: readonly string[]; readonly of: Range };
type Parsed = { readonly selectors: readonly Selector[]; readonly groupings: readonly Grouping[]; errors: string[] };

/** Put on every series: by our processes, and by Prometheus. */
const always = ['process', 'job', 'instance'];

/** Every series that our processes serve, and `up`. */
export async function knownMetrics(): Promise<KnownMetrics> {
  const known = new Map<string, ReadonlySet<string>>([['up', new Set(['job', 'instance'])]]);
  for (const { name, type, labels } of metricCatalogue()) {
    const all = [...labels, ...always];
    if (type !== 'histogram') known.set(name, new Set(all));
    else {
      known.set(`${name}_bucket`, new Set([...all, 'le']));
      for (const part of ['sum', 'count']) known.set(`${name}_${part}`, new Set(all));
    }
  }
  // Those of process and event loop, as a process without figures of its own serves them.
  for (const [, name = '', labels = ''] of (await createMetrics('any').text()).matchAll(/^(\w+)\{(.*)\}/gm))
    known.set(name, new Set([...always, ...[...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label)]));
  return known;
}

/** What is wrong with an expression, one line each; none when it is right. */
export function expressionProblems(expression: string, known: KnownMetrics): string[] {
  const { selectors, groupings, errors } = parse(expression);
  if (errors.length > 0) return errors;
  if (selectors.length === 0) return ['it names no metric'];
  const lacks = ({ metric }: Selector, label: string): boolean => !(known.get(metric)?.has(label) ?? true);
  return [
    ...selectors.filter(({ metric }) => !known.has(metric)).map(({ metric }) => `there is no metric ${metric}`),
    ...selectors.flatMap((one) =>
      one.labels.filter((label) => lacks(one, label)).map((label) => `${one.metric} has no label ${label}`),
    ),
    ...groupings.flatMap(({ labels, of }) =>
      labels.flatMap((label) =>
        selectors
          .filter((one) => isIn(one, of) && lacks(one, label))
          .map(({ metric }) => `${metric} can not be grouped by ${label}: it has no such label`),
      ),
    ),
  ];
}

/** The metrics an expression names. */
export function metricsIn(expression: string): string[] {
  return parse(expression).selectors.map(({ metric }) => metric);
}

function parse(expression: string): Parsed {
  const selectors: (Selector & { labels: string[] })[] = [];
  const groupings: (Grouping & { labels: string[] })[] = [];
  const errors: string[] = [];
  const parents: (Range & { readonly name: string })[] = [];
  parser.parse(expression).iterate({
    enter: ({ name, from, to, type }) => {
      const text = expression.slice(from, to);
      if (type.isError) errors.push(`it can not be read at "${expression.slice(Math.max(0, from - 10), to + 10)}"`);
      if (name === 'VectorSelector') selectors.push({ from, to, metric: '', labels: [] });
      const selector = selectors.at(-1);
      if (name === 'Identifier' && selector) selectors.splice(-1, 1, { ...selector, metric: text });
      if (name === 'GroupingLabels') groupings.push({ labels: [], of: enclosing(parents) });
      if (name === 'LabelName')
        (parents.at(-1)?.name === 'GroupingLabels' ? groupings : selectors).at(-1)?.labels.push(text);
      parents.push({ name, from, to });
    },
    leave: () => {
      parents.pop();
    },
  });
  return { selectors, groupings, errors };
}

/** The aggregation or binary operation whose labels these are. */
function enclosing(parents: readonly (Range & { readonly name: string })[]): Range {
  const owner = parents.findLast(({ name }) => name === 'AggregateExpr' || name === 'BinaryExpr');
  return owner ?? { from: 0, to: Number.POSITIVE_INFINITY };
}

const isIn = (inner: Range, outer: Range): boolean => inner.from >= outer.from && inner.to <= outer.to;
