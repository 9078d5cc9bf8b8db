// Which step the workflow code runs for: kept by AsyncLocalStorage, so that the interceptor can put it into every activity's header.
import { AsyncLocalStorage } from '@temporalio/workflow';
import type { StepContext } from './names.ts';

/** The current step; outside of a saga there is none. */
export const stepContext = new AsyncLocalStorage<StepContext>();
