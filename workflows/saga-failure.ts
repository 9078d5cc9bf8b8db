// What a failure in a saga means: why, in words without personal data, and whether trying again can help.
import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, isCancellation } from '@temporalio/workflow';
import type { Failure } from './saga-run.ts';

/** Tells whether trying again is pointless: the activity said so. */
export function isFinal(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}

/** The failure of a step. */
export function describe(error: unknown, step: string): Failure {
  const cause = causeOf(error);
  if (cause instanceof ApplicationFailure) return { code: cause.type ?? 'internal', message: cause.message, step };
  return {
    code: cause instanceof Error ? cause.name : 'internal',
    message: cause instanceof Error ? cause.message : 'unknown',
    step,
  };
}

/** Why a saga did not complete: `aborted`, `cancelled`, `timed_out`, or the failure. */
export function reasonOf(error: unknown, stopped: { readonly aborted: boolean; readonly cancelled: boolean }): string {
  if (stopped.aborted) return 'aborted';
  if (stopped.cancelled) return 'cancelled';
  if (isCancellation(error)) return 'timed_out';
  const { code, message } = describe(error, '');
  return `${code}: ${message}`;
}

function causeOf(error: unknown): unknown {
  return error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? causeOf(error.cause) : error;
}
