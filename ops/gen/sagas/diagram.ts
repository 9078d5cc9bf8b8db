// A saga as a state diagram in Mermaid: its steps in their order, the way back through its undos, and where an operator's signals lead.
import type { SagaShape, StepShape } from './read-saga.ts';

/** The diagram's lines, without the fence. */
export function diagramOf({ steps, tends }: SagaShape): string[] {
  if (tends !== null) return entity(tends);
  const undos = steps.filter(({ undo }) => undo !== null).toReversed();
  const back = undos.length > 0 ? 'compensating' : 'turning_back';
  return [
    'stateDiagram-v2',
    '  direction LR',
    '  [*] --> running',
    '  state running {',
    ...forward(steps).map((line) => `    ${line}`),
    '  }',
    '  running --> completed',
    '  running --> stuck: a step used up its retries',
    `  stuck --> running: retry${steps.some(({ canSkip }) => canSkip) ? ', skip' : ''}`,
    `  stuck --> ${back}: abort, time-out`,
    '  running --> paused: pause, before the next step',
    '  paused --> running: resume',
    `  paused --> ${back}: abort, cancel, time-out`,
    `  running --> ${back}: abort, cancel, time-out, refused`,
    ...(undos.length > 0 ? compensating(undos) : ['  turning_back --> failed']),
  ];
}

/** One that looks after something as long as that is there. */
const entity = (tends: string): string[] => [
  'stateDiagram-v2',
  '  direction LR',
  '  [*] --> waits',
  `  waits --> ${tends}: something is due, or news`,
  `  ${tends} --> waits`,
  `  ${tends} --> completed: it has ended`,
  `  ${tends} --> stuck: it used up its retries`,
  `  stuck --> ${tends}: retry, or by itself`,
  '  stuck --> failed: abort',
  '  waits --> failed: abort, cancel',
];

/** A step that the next one may follow. `since`: what is known to hold since it was taken; `under`: what held when it was. */
type Open = { readonly from: string; readonly under: readonly string[]; readonly since: readonly string[] };

/** A step that is taken only under a condition can be passed by; one that ends the saga early leads to the end. */
function forward(steps: readonly StepShape[]): string[] {
  const lines: string[] = [];
  let open: readonly Open[] = [{ from: '[*]', under: [], since: [] }];
  for (const { name, condition, endsEarly } of steps) {
    const holds = condition === null ? [] : [condition];
    const before = open.filter((one) => !holds.some((fact) => knows(one, not(fact))));
    for (const { from, since } of before) lines.push(edge(from, name, [...new Set([...since, ...holds])]));
    if (endsEarly) lines.push(edge(name, '[*]'));
    const passed = open
      .filter((one) => condition !== null && !knows(one, condition))
      .map((one) => ({
        ...one,
        since: knows(one, not(condition ?? '')) ? one.since : [...one.since, not(condition ?? '')],
      }));
    open = endsEarly ? passed : [...passed, { from: name, under: holds, since: [] }];
  }
  return [...new Set([...lines, ...open.map(({ from, since }) => edge(from, '[*]', since))])];
}

const knows = ({ under, since }: Open, fact: string): boolean => under.includes(fact) || since.includes(fact);

const not = (fact: string): string => /^not \((.*)\)$/.exec(fact)?.[1] ?? `not (${fact})`;

const edge = (from: string, to: string, facts: readonly string[] = []): string =>
  `${from} --> ${to}${facts.length === 0 ? '' : `: ${facts.join(' and ').replaceAll(':', ' ')}`}`;

function compensating(undos: readonly StepShape[]): string[] {
  const names = undos.map(({ name }) => `undo_${name}`);
  return [
    '  state compensating {',
    ...['[*]', ...names].map((name, index) => `    ${name} --> ${names[index] ?? '[*]'}`),
    ...undos.map(({ name }) => `    undo_${name}: undo ${name}`),
    '  }',
    '  compensating --> compensated',
    '  compensating --> undo_stuck: an undo fails',
    '  undo_stuck --> compensating: retry, skip',
  ];
}
