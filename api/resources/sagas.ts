// Sagas: the list, one saga with its steps, undos and events, and the three signals by which an operator steers a stuck one.
import { z } from '@hono/zod-openapi';
import { findSaga, listSagaEvents, listSagaSteps, listSagas, sagaStates } from '../../db/queries/sagas.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { liveStatus, sagaLinks, signalSaga } from '../saga-control.ts';
import { moment, pageOf, pageQuery, uuid } from '../schemas/common.ts';

const tag = 'sagas';
const params = z.object({ correlationId: uuid });
const state = z.enum(sagaStates);
const shape = {
  correlationId: uuid,
  sagaType: z.string(),
  state,
  step: z.string().nullable(),
  stepNumber: z.number().int(),
  reason: z.string().nullable(),
  workflowId: z.string(),
  runId: z.string().nullable(),
  subjects: z.record(z.string(), z.unknown()),
  startedAt: moment,
  updatedAt: moment,
  endedAt: moment.nullable(),
};
const links = z.record(z.string(), z.string());
const saga = z.object({ ...shape, links }).openapi('Saga');
const step = z.object({
  step: z.string(),
  stepNumber: z.number().int(),
  state: z.enum(['done', 'undone', 'forbidden', 'skipped']),
  doneAt: moment,
  undoneAt: moment.nullable(),
});
const event = z.object({
  id: uuid,
  type: z.string(),
  aggregateType: z.string(),
  aggregateId: uuid,
  sequence: z.number().int(),
  sagaStep: z.string().nullable(),
  stepNumber: z.number().int().nullable(),
  status: z.string(),
  createdAt: moment,
});
const live = z.object({
  state,
  step: z.string().nullable(),
  stepsDone: z.array(z.string()),
  undosDone: z.array(z.string()),
  undosOpen: z.array(z.string()),
  lastError: z.object({ code: z.string(), message: z.string(), step: z.string() }).nullable(),
  signals: z.array(z.string()).openapi({ description: 'The signals it takes right now.' }),
  deadlineAt: z.string(),
});
const shown = z
  .object({
    ...shape,
    steps: z.array(step),
    undos: z.array(step).openapi({ description: 'Those steps that were undone, the last one first.' }),
    events: z.array(event),
    live: live.nullable().openapi({ description: 'What the workflow itself says; null when it can not be asked.' }),
    liveError: z.string().nullable(),
    links,
  })
  .openapi('SagaDetails');
const signalled = z
  .object({ correlationId: uuid, workflowId: z.string(), signal: z.string(), links })
  .openapi('SignalledSaga');

const steer = (signal: 'retry' | 'skip' | 'abort', summary: string): Route =>
  writeRoute({
    method: 'post',
    path: `/v1/sagas/{correlationId}/${signal}`,
    scope: 'operate',
    operationId: `${signal}Saga`,
    tag,
    summary,
    params,
    answer: { status: 202, description: 'The signal is with the workflow.', schema: signalled },
    handle: async ({ params: { correlationId } }, { tx, deps }) => {
      const { workflowId } = found(await findSaga(tx, correlationId), 'saga');
      await signalSaga(deps, workflowId, signal);
      return {
        body: { correlationId, workflowId, signal, links: sagaLinks(deps.config, correlationId, workflowId, null) },
      };
    },
  });

export const sagaRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path: '/v1/sagas',
    scope: 'read',
    operationId: 'listSagas',
    tag,
    summary: 'Lists sagas, the latest first; `state=stuck` shows what waits for somebody',
    query: pageQuery.extend({ state: state.optional(), sagaType: z.string().min(1).max(100).optional() }),
    answer: { description: 'A page.', schema: pageOf(saga, 'Saga') },
    handle: async ({ query: { limit, cursor, ...filter } }, { read, deps }) => {
      const { data, nextCursor } = await read((tx) => listSagas(tx, filter, { limit, cursor }));
      const linked = data.map((one) => ({
        ...one,
        links: sagaLinks(deps.config, one.correlationId, one.workflowId, one.runId),
      }));
      return { body: { data: linked, nextCursor } };
    },
  }),
  readRoute({
    method: 'get',
    path: '/v1/sagas/{correlationId}',
    scope: 'read',
    operationId: 'readSaga',
    tag,
    summary: 'Shows a saga: steps, undos, events, links, and what its workflow says of itself',
    params,
    answer: { description: 'The saga.', schema: shown },
    handle: async ({ params: { correlationId } }, { read, deps }) => {
      const { view, steps, events } = await read(async (tx) => ({
        view: found(await findSaga(tx, correlationId), 'saga'),
        steps: await listSagaSteps(tx, correlationId),
        events: await listSagaEvents(tx, correlationId),
      }));
      const undos = steps.filter(({ undoneAt }) => undoneAt !== null).reverse();
      const to = sagaLinks(deps.config, correlationId, view.workflowId, view.runId);
      return { body: { ...view, steps, undos, events, links: to, ...(await liveStatus(deps, view.workflowId)) } };
    },
  }),
  steer('retry', 'Tells a stuck saga to try its step again'),
  steer('skip', 'Tells a stuck saga to go on without its step'),
  steer('abort', 'Tells a saga to undo what it did and end'),
];
