// A new saga's own code: its workflow, its activities, its names, and the row that starts it.
import type { Aggregate } from '../project.ts';
import type { Name } from '../words.ts';

/** A step: the verb of its command, and of the one that undoes it. */
export type SagaStep = { readonly name: string; readonly undo: string | undefined };

/** What a new saga is. `maker` is the command that makes the thing it is about; `texts` are those it is given that have to be its own. */
export type NewSaga = {
  readonly name: Name;
  readonly aggregate: Aggregate;
  readonly on: string | undefined;
  readonly steps: readonly SagaStep[];
  readonly maker: string;
  readonly texts: readonly string[];
};

const pascalOf = (verb: string): string =>
  verb.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The activity that takes a step. */
export const activityOf = ({ name }: NewSaga, { name: verb }: SagaStep): string => `${name.camel}${pascalOf(verb)}`;
/** The activity that takes it back. */
export const undoOf = ({ name }: NewSaga, { name: verb }: SagaStep): string => `undo${name.pascal}${pascalOf(verb)}`;
/** The field of its input that names the thing. */
export const subjectOf = ({ aggregate }: NewSaga): string => `${aggregate.name.camel}Id`;

/** Its input, for `workflows/names.ts`. */
export function namesInput(saga: NewSaga): string {
  const { camel, pascal } = saga.name;
  return `/** Input of ${camel}: ids only. */
export type ${pascal}Input = {
  readonly tenantId: string;
  readonly ${subjectOf(saga)}: string;
  readonly correlationId: string;
};

`;
}

/** `workflows/<saga>.ts` */
export function workflowFile(saga: NewSaga): string {
  const { camel, pascal, kebab } = saga.name;
  const steps = saga.steps.map((step) => {
    const undo = step.undo === undefined ? '' : `\n      undo: steps.${undoOf(saga, step)},`;
    return `    await step('${step.name}', {
      run: () => steps.${activityOf(saga, step)}(input),${undo}
    });`;
  });
  return `// The saga ${pascal}: ${saga.steps.map(({ name }) => name).join(' → ')} → finish. What was done is undone in reverse order when a step is refused, it is aborted, or its time is up.
import { proxyLocalActivities } from '@temporalio/workflow';
import type { ${pascal}Activities } from '../activities/${kebab}-activities.ts';
import { databaseStep } from './activity-options.ts';
import { type SagaResult, type ${pascal}Input, ${camel}SagaType } from './names.ts';
import { runSaga } from './saga.ts';

const steps = proxyLocalActivities<${pascal}Activities>(databaseStep);

/** Long enough for an operator to look at a stuck one. */
const timeoutMs = 24 * 60 * 60 * 1_000;

/** Takes ${saga.aggregate.name.a} through its steps. Input: ids only. */
export async function ${camel}(input: ${pascal}Input): Promise<SagaResult> {
  const { tenantId, correlationId } = input;
  return runSaga({ sagaType: ${camel}SagaType, tenantId, correlationId, timeoutMs }, async ({ step }) => {
${steps.join('\n')}
    await step('finish', { run: () => steps.finish${pascal}(input), final: true });
  });
}
`;
}

/** `activities/<saga>-activities.ts` */
export function activitiesFile(saga: NewSaga): string {
  const { pascal } = saga.name;
  const { camel, snake, a } = saga.aggregate.name;
  const id = subjectOf(saga);
  const types = (verbs: readonly string[]): string => verbs.map((verb) => `'${snake}.${verb}'`).join(' | ');
  const undos = saga.steps.flatMap(({ undo }) => (undo === undefined ? [] : [undo]));
  const undoing =
    undos.length === 0
      ? ''
      : `
  /** Takes a step back by another command, if the step had changed anything. */
  const undo = (type: ${types(undos)}): Promise<void> =>
    undoStep<Taken>(database, async ({ tx, cause, result }) => {
      if (result.${id} === null) return;
      await execute(database, tx, aggregates.${camel}, result.${id}, { type, data: {} }, cause);
    });
`;
  const activities = saga.steps.flatMap((step) => [
    `    ${activityOf(saga, step)}: (input: ${pascal}Input) => take('${snake}.${step.name}', input),`,
    ...(step.undo === undefined ? [] : [`    ${undoOf(saga, step)}: () => undo('${snake}.${step.undo}'),`]),
  ]);
  return `// The activities of the saga ${pascal}: a command to ${a} per step and per undo, each one commit; the last step says that the saga is complete.
import { aggregates } from '../db/aggregates.ts';
import type { Database } from '../db/deps.ts';
import { execute } from '../db/execute.ts';
import type { ${pascal}Input } from '../workflows/names.ts';
import { type SagaListener, writeSaga } from './saga-activities.ts';
import { requireSaga, runStep${undos.length === 0 ? '' : ', undoStep'} } from './saga-steps.ts';

/** What a step changed; null: it was so before, and stays so when the saga goes back. */
type Taken = { readonly ${id}: string | null };

/** The activities' types, for the workflow. */
export type ${pascal}Activities = ReturnType<typeof create${pascal}Activities>;

/** Makes them. */
export function create${pascal}Activities(database: Database, listener: SagaListener) {
  /** Takes a step: its command, and what it changed. */
  const take = (type: ${types(saga.steps.map(({ name }) => name))}, { ${id} }: ${pascal}Input): Promise<Taken> =>
    runStep(database, async ({ tx, cause, attempt }) => {
      const command = { type, data: {} };
      const options = { lock: attempt > 1 };
      const { events } = await execute(database, tx, aggregates.${camel}, ${id}, command, cause, options);
      return { ${id}: events.length > 0 ? ${id} : null };
    });
${undoing}
  return {
${activities.join('\n')}
    /** Notes that the saga is complete. */
    async finish${pascal}({ ${id} }: ${pascal}Input): Promise<void> {
      await runStep(database, async ({ tx, saga }) => {
        await writeSaga(tx, saga, { state: 'completed', subjectIds: { ${id} } });
        return {};
      });
      listener(requireSaga(), 'completed', null);
    },
  };
}
`;
}

/** Its row in `workers/consumers/start-workflows.ts`. */
export function startRow(saga: NewSaga): string {
  const { camel, pascal, kebab } = saga.name;
  const id = subjectOf(saga);
  return `  on('${saga.on}', ({ tenantId, aggregateId: ${id} }) => {
    const correlationId = derivedId('${camel}', ${id});
    const input: ${pascal}Input = { tenantId, ${id}, correlationId };
    return {
      workflow: workflowNames.${camel},
      workflowId: \`${kebab}-\${${id}}\`,
      input,
      searchAttributes: sagaAttributes({ sagaType: ${camel}SagaType, tenantId, correlationId }),
    };
  }),`;
}
