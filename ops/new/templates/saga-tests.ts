// A new saga's tests: how one is started on a thing of its own, what it does, the ways of its recorded histories and a change that breaks them.
import { activityOf, type NewSaga, subjectOf } from './saga.ts';

/** `test/support/start-<saga>.ts` */
export function startFile(saga: NewSaga): string {
  const { camel, pascal, kebab } = saga.name;
  const { camel: thing, snake, a } = saga.aggregate.name;
  const id = subjectOf(saga);
  const ids = saga.aggregate.idField === id ? id : `${saga.aggregate.idField}: ${id}`;
  // No two are called the same.
  const texts = saga.texts.map((text) => `${text}: \`Made \${${id}}\``);
  return `// Starts the saga ${pascal} on ${a} that is made for it, as its event would.
import type { WorkflowHandle } from '@temporalio/client';
import fc from 'fast-check';
import { aggregates } from '../../db/aggregates.ts';
import { execute } from '../../db/execute.ts';
import { inTenant } from '../../db/transaction.ts';
import { aggregates as catalogue } from '../../domain/catalog.ts';
import { derivedId } from '../../platform/clock.ts';
import { type ${pascal}Input, sagaAttributes, ${camel}SagaType, workflowNames } from '../../workflows/names.ts';
import { arbitraryOf } from './arbitrary-command.ts';
import type { Product } from './product.ts';

/** \`prepare\` gets the workflow's id before it is started, to put faults in. */
export async function start${pascal}(
  { database, tenantId, projectId, channelId, stack, temporal }: Product,
  prepare: (workflowId: string) => void = () => {},
): Promise<{ readonly handle: WorkflowHandle; readonly correlationId: string }> {
  const ${id} = database.ids.next();
  const own = { tenantId, projectId, channelId, ${[ids, ...texts].join(', ')} };
  // The one that says least: what else it could say might have to be there.
  const some = (fc.sample(arbitraryOf(catalogue.${snake}.commands['${saga.maker}']), { numRuns: 50, seed: 1 }) as object[]).reduce(
    (one, other) => (Object.keys(other).length < Object.keys(one).length ? other : one),
  );
  const command = { type: '${saga.maker}', data: { ...some, ...own } } as const;
  const correlationId = derivedId('${camel}', ${id});
  const cause = { causationId: correlationId, correlationId };
  await inTenant(database.pool, tenantId, (tx) => execute(database, tx, aggregates.${thing}, ${id}, command, cause));
  const workflowId = \`${kebab}-\${${id}}\`;
  prepare(workflowId);
  const input: ${pascal}Input = { tenantId, ${id}, correlationId };
  const handle = await temporal.client.workflow.start(workflowNames.${camel}, {
    taskQueue: stack.taskQueue,
    workflowId,
    args: [input],
    typedSearchAttributes: sagaAttributes({ sagaType: ${camel}SagaType, tenantId, correlationId }),
  });
  return { handle, correlationId };
}
`;
}

/** `test/workflows/<saga>.test.ts` */
export function sagaTest(saga: NewSaga): string {
  const { pascal, kebab, snake } = saga.name;
  const steps = saga.steps.map(({ name }) => `'${name}'`);
  const undos = saga.steps.flatMap(({ name, undo }) => (undo === undefined ? [] : [`'undo:${name}'`])).reverse();
  return `// The saga ${pascal}: its steps in their order, and what was done is undone, the last first, when it can't be finished.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { inTenant } from '../../db/transaction.ts';
import type { SagaResult } from '../../workflows/names.ts';
import { resultOf } from '../support/histories/way.ts';
import { openProduct, type Product } from '../support/product.ts';
import { start${pascal} } from '../support/start-${kebab}.ts';

let product: Product;
before(async () => {
  product = await openProduct('${snake}');
});
after(() => product.close());

/** The steps that have told an event, undos as such, in the order of their commits; and where the saga stands. */
async function tracesOf(correlationId: string) {
  return inTenant(product.database.pool, product.tenantId, async (tx) => {
    const { rows: events } = await tx.query<{ step: string }>(
      \`select metadata ->> 'saga_step' as step from outbox_events where correlation_id = $1 and metadata ->> 'saga_step' is not null order by id\`,
      [correlationId],
    );
    const { rows: sagas } = await tx.query<{ state: string }>('select state from sagas where correlation_id = $1', [correlationId]);
    return { steps: [...new Set(events.map(({ step }) => step))], state: sagas[0]?.state };
  });
}

test('takes its steps in their order', async () => {
  const worker = await product.startWorker();
  const { handle, correlationId } = await start${pascal}(product);
  const result: SagaResult = await handle.result();
  assert.deepEqual(result, { state: 'completed', steps: [${[...steps, "'finish'"].join(', ')}] });
  assert.deepEqual(await tracesOf(correlationId), { steps: [${steps.join(', ')}], state: 'completed' });
  await worker.stop();
});

test('what was done is undone when it can not be finished', async () => {
  const finish${pascal} = () => Promise.reject(ApplicationFailure.nonRetryable('no', 'rule_violated'));
  const worker = await product.startWorker((activities) => ({ ...activities, finish${pascal} }));
  const { handle, correlationId } = await start${pascal}(product);
  assert.match(await resultOf(handle), /${undos.length === 0 ? 'failed' : 'compensated'}/);
  const steps = [${[...steps, ...undos].join(', ')}];
  assert.deepEqual(await tracesOf(correlationId), { steps, state: '${undos.length === 0 ? 'failed' : 'compensated'}' });
  await worker.stop();
});
`;
}

/** `test/support/histories/<saga>-ways.ts` */
export function waysFile(saga: NewSaga): string {
  const { camel, pascal, kebab } = saga.name;
  const [step] = saga.steps;
  const first = step ? activityOf(saga, step) : `finish${pascal}`;
  return `// The ways of ${camel}: completed, refused at its first step or its last, cancelled.
import type { WorkflowHandle } from '@temporalio/client';
import { start${pascal} } from '../start-${kebab}.ts';
import { type Fault, failsForGood, gate } from '../switchboard.ts';
import { resultOf, type Way, type Ways } from './way.ts';

const way =
  (faults: Readonly<Record<string, Fault>> = {}, steer?: (handle: WorkflowHandle) => Promise<unknown>): Way =>
  async ({ product, switchboard }) => {
    const { handle } = await start${pascal}(product, (workflowId) => {
      for (const [activity, fault] of Object.entries(faults)) switchboard.put(workflowId, activity, fault);
    });
    await steer?.(handle);
    await resultOf(handle);
    return handle;
  };

/** By name. */
export const ${camel}Ways: Ways = {
  completed: way(),
  refused: way({ ${first}: failsForGood }),
  unfinished: way({ finish${pascal}: failsForGood }),
  cancelled: (stage) => {
    const stand = gate('before');
    const cancel = async (handle: WorkflowHandle): Promise<void> => {
      await stand.reached;
      await handle.cancel();
      stand.open();
    };
    return way({ ${first}: stand.fault }, cancel)(stage);
  },
};
`;
}

/** Its row among the changes that a replay has to catch. */
export function changeRow({ name: { camel, kebab } }: NewSaga): string {
  return `  '${camel}: its last word is not written': {
    file: '${kebab}.ts',
    from: "await step('finish', {",
    to: "if (Date.now() < 0) await step('finish', {",
    breaks: ['${camel}/completed', '${camel}/unfinished'],
  },`;
}
