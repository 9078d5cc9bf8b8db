// Puts the saga's metadata into the header of every activity that a step schedules, local or not.
import { defaultPayloadConverter } from '@temporalio/common';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { sagaHeader } from './names.ts';
import { stepContext } from './step-context.ts';

/** Named by Temporal: the worker loads it with the bundle. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) => next({ ...input, headers: withContext(input.headers) }),
      scheduleLocalActivity: (input, next) => next({ ...input, headers: withContext(input.headers) }),
    },
  ],
});

type Headers = Parameters<
  NonNullable<NonNullable<ReturnType<WorkflowInterceptorsFactory>['outbound']>[number]['scheduleActivity']>
>[0]['headers'];

function withContext(headers: Headers): Headers {
  const context = stepContext.getStore();
  return context ? { ...headers, [sagaHeader]: defaultPayloadConverter.toPayload(context) } : headers;
}
