// Around every activity: the saga's metadata out of the header into AsyncLocalStorage, and our error codes out as Temporal's failures.
import { CancelledFailure, CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { errorCodeOf, errorTable } from '../../domain/kernel/errors.ts';
import type { Logger } from '../../platform/log.ts';
import { wordlessError } from '../../platform/safe-error.ts';
import { runInSaga } from '../../platform/saga-context.ts';
import { type StepContext, sagaHeader } from '../../workflows/names.ts';

/** Makes the interceptor; unexpected failures are logged here, once per attempt. */
export function createActivityInterceptor(log: Logger): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const header = input.headers[sagaHeader];
        const run = () =>
          next(input).catch((error: unknown) => Promise.reject(toFailure(error, log, info.activityType)));
        const { workflowExecution } = info;
        if (!header || !workflowExecution) return run();
        const step = defaultPayloadConverter.fromPayload<StepContext>(header);
        return runInSaga({ ...step, workflowId: workflowExecution.workflowId, runId: workflowExecution.runId }, run);
      },
    },
  });
}

/** `type` is our code, non-retryable by the table. Nothing but code and sanitised message leaves: it is stored in the history. */
function toFailure(error: unknown, log: Logger, activityType: string): unknown {
  if (error instanceof CancelledFailure || error instanceof CompleteAsyncError || error instanceof ApplicationFailure)
    return error;
  const code = errorCodeOf(error);
  if (code === undefined || code === 'internal')
    log.error({ err: wordlessError(error), activityType }, 'activity failed unexpectedly');
  const { message } = wordlessError(error);
  return ApplicationFailure.create({
    message,
    type: code ?? 'internal',
    nonRetryable: code !== undefined && !errorTable[code].retryable,
  });
}
