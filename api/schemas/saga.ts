// Sagas as they are shown: of the list, in full, and after a signal.
import { z } from '@hono/zod-openapi';
import { sagaStates } from '../../db/schema/sagas.ts';
import { moment, uuid } from './common.ts';

/** What `state` of a saga can be. */
export const sagaState = z.enum(sagaStates);

const shape = {
  correlationId: uuid,
  sagaType: z.string(),
  state: sagaState,
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

/** A saga of the list. */
export const sagaSchema = z.object({ ...shape, links }).openapi('Saga');

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
  state: sagaState,
  step: z.string().nullable(),
  stepsDone: z.array(z.string()),
  undosDone: z.array(z.string()),
  undosOpen: z.array(z.string()),
  lastError: z.object({ code: z.string(), message: z.string(), step: z.string() }).nullable(),
  signals: z.array(z.string()).openapi({ description: 'The signals it takes right now.' }),
  deadlineAt: z.string(),
});

/** One saga in full. */
export const sagaDetailsSchema = z
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

/** That a signal was given. */
export const signalledSchema = z
  .object({ correlationId: uuid, workflowId: z.string(), signal: z.string(), links })
  .openapi('SignalledSaga');
