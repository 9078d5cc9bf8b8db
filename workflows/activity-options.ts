// The table of time-outs, retries and cancellation: one row per kind of activity. Cancellation is always waited for: left unset, an undo can overtake its do.
import { ActivityCancellationType, type ActivityOptions, type LocalActivityOptions } from '@temporalio/workflow';

const second = 1_000;

/** A saga's step that is one commit on the database: local, because round trips to the server are the scarce thing. About 45 s of retries. */
export const databaseStep: LocalActivityOptions = {
  startToCloseTimeout: 8 * second,
  localRetryThreshold: 2 * second,
  retry: { initialInterval: 50, backoffCoefficient: 2, maximumInterval: 5 * second, maximumAttempts: 15 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** Several steps in one commit: tried once more after a lost race, then the steps go one by one. */
export const togetherStep: LocalActivityOptions = {
  ...databaseStep,
  // Shown beside the activity in the UI's trace, which else would name none of them.
  summary: 'validate → contact → session → message → record → enrichment (media) → finish, in one commit',
  retry: { initialInterval: 20, maximumAttempts: 2 },
};

/** Notes about the saga for its readers: worth few tries, never worth standing still for. */
export const sagaNote: LocalActivityOptions = {
  ...databaseStep,
  retry: { initialInterval: 50, backoffCoefficient: 2, maximumInterval: second, maximumAttempts: 4 },
};

/** The last word about a saga: tried until it is written. */
export const sagaSettlement: LocalActivityOptions = {
  ...databaseStep,
  // Rarely at last, so that a database that is away for days does not fill the history.
  retry: { initialInterval: 50, backoffCoefficient: 2, maximumInterval: 60 * second },
};

/** One call of the gateway's that must not be repeated blindly: a single attempt, its time-out means "unknown". */
export const gatewayCall: ActivityOptions = {
  startToCloseTimeout: 30 * second,
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** Reading from the gateway: safe to repeat. */
export const gatewayRead: ActivityOptions = {
  startToCloseTimeout: 15 * second,
  retry: { initialInterval: second, backoffCoefficient: 2, maximumInterval: 10 * second, maximumAttempts: 5 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** Changing something at the gateway that may be changed the same way again. All its calls are over before its time is; a heartbeat tells soon when its worker died. */
export const gatewayChange: ActivityOptions = {
  startToCloseTimeout: 60 * second,
  heartbeatTimeout: 8 * second,
  retry: { initialInterval: second, backoffCoefficient: 2, maximumInterval: 10 * second, maximumAttempts: 4 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** A set of pages of an import, or of what takes it back: each page a commit of its own, so that it may be cut off anywhere. Beats all the while. */
export const importWork: ActivityOptions = {
  startToCloseTimeout: 600 * second,
  heartbeatTimeout: 8 * second,
  retry: { initialInterval: second, backoffCoefficient: 2, maximumInterval: 20 * second, maximumAttempts: 4 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** Asking the gateway for what is good to know: not worth waiting for. */
export const gatewayGlance: ActivityOptions = {
  startToCloseTimeout: 5 * second,
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** Draining the outbox in place of a relay: long, but its heartbeat tells soon when its worker died. The schedule's next run is the retry. */
export const drainingActivity: ActivityOptions = {
  startToCloseTimeout: 300 * second,
  heartbeatTimeout: 10 * second,
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** Many commits one after the other, each of which may be done again: its heartbeat carries the place it has reached. */
export const pagedChange: ActivityOptions = {
  startToCloseTimeout: 3_600 * second,
  heartbeatTimeout: 8 * second,
  retry: { initialInterval: second, backoffCoefficient: 2, maximumInterval: 30 * second, maximumAttempts: 8 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** A call of an OAuth server for new tokens: it may take effect without its answer being heard, so it is repeated few times, and then rarely by its saga. */
export const tokenCall: ActivityOptions = {
  startToCloseTimeout: 60 * second,
  retry: { initialInterval: second, backoffCoefficient: 3, maximumInterval: 60 * second, maximumAttempts: 6 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** A look by a schedule: its next run is the retry. */
export const scheduledLook: ActivityOptions = {
  startToCloseTimeout: 30 * second,
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};
