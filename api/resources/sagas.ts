// Sagas: the list, one saga with its steps, undos and events, and the signals by which an operator steers it.
import { z } from '@hono/zod-openapi';
import { findSaga, listSagaEvents, listSagaSteps, listSagas } from '../../db/queries/sagas.ts';
import { found, type Route, readRoute, writeRoute } from '../define-route.ts';
import { liveStatus, type OperatorSignal, sagaLinks, signalSaga } from '../saga-control.ts';
import { pageOf, pageQuery, uuid } from '../schemas/common.ts';
import { sagaDetailsSchema, sagaSchema, sagaState, signalledSchema } from '../schemas/saga.ts';

const tag = 'sagas';
const params = z.object({ correlationId: uuid });
const steer = (signal: OperatorSignal, summary: string): Route =>
  writeRoute({
    method: 'post',
    path: `/v1/sagas/{correlationId}/${signal}`,
    scope: 'operate',
    operationId: `${signal}Saga`,
    tag,
    summary,
    params,
    answer: { status: 202, description: 'The signal is with the workflow.', schema: signalledSchema },
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
    query: pageQuery.extend({ state: sagaState.optional(), sagaType: z.string().min(1).max(100).optional() }),
    answer: { description: 'A page.', schema: pageOf(sagaSchema, 'Saga') },
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
    answer: { description: 'The saga.', schema: sagaDetailsSchema },
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
  steer('pause', 'Holds a saga before its next step; its time-out goes on'),
  steer('resume', 'Lets a paused saga go on'),
];
