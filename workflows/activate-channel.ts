// The saga ActivateChannel: have a turn → look whose session it is → make and start it → follow it until somebody has paired it → active.
// Followed by signal, and looked at every few seconds in any case: the gateway's webhooks may be lost. What was made is taken back when it fails.
import {
  ApplicationFailure,
  condition,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import type { ActivationActivities, ClaimedSession } from '../activities/channels/activation-activities.ts';
import { databaseStep, gatewayChange, sagaSettlement } from './activity-options.ts';
import { type ActivateChannelInput, activateChannelSagaType, type SagaResult, sessionChangedSignal } from './names.ts';
import { runSaga, type Saga, type SagaOutcome } from './saga.ts';
import { waitForTurn } from './turn.ts';

const { claimSession, prepareSession, releaseSession, lookAtSession, reviveSession } =
  proxyActivities<ActivationActivities>(gatewayChange);
const { beginActivation, confirmActivation } = proxyLocalActivities<ActivationActivities>(databaseStep);
const { settleFailedActivation } = proxyLocalActivities<ActivationActivities>(sagaSettlement);

/** As long as somebody stands there with the phone; the gateway itself gives up on a code after two minutes. */
const timeoutMs = 10 * 60 * 1_000;
const lookEveryMs = 5_000;
const mostRevivals = 5;

/** What the activation was waiting for, by the session's state: why it failed, when it never came. */
const unmet: Readonly<Record<string, string>> = {
  SCAN_QR_CODE: 'qr_code_not_scanned',
  PASSKEY_REQUIRED: 'passkey_not_given',
  PASSKEY_CONFIRMATION_REQUIRED: 'passkey_not_confirmed',
};

/** How far the pairing has come. `changes` counts the gateway's words; `verdict`: why there is no hope any more. */
type Course = { changes: number; lacks: string | undefined; revivals: number; verdict: string | undefined };

/** Sent for each word of the gateway's about the session. */
const sessionChanged = defineSignal(sessionChangedSignal);

/** Connects a channel. Input: ids only. */
export async function activateChannel(input: ActivateChannelInput): Promise<SagaResult> {
  const { tenantId, correlationId } = input;
  const course: Course = { changes: 0, lacks: undefined, revivals: 0, verdict: undefined };
  setHandler(sessionChanged, () => {
    course.changes += 1;
  });
  const settle = (outcome: SagaOutcome) =>
    settleFailedActivation(input, { ...outcome, reason: reasonOf(outcome, course) });
  const definition = { sagaType: activateChannelSagaType, tenantId, correlationId, timeoutMs, settle };
  return runSaga(definition, async (saga) => {
    const { step } = saga;
    await step('open', { run: () => beginActivation(input) });
    await step('turn', { run: () => waitForTurn(saga, input) });
    const claimed: ClaimedSession = await step('claim', { run: () => claimSession(input) });
    await step('session', { run: () => prepareSession(input), undo: () => releaseSession(input, claimed) });
    await step('pair', { run: () => untilWorking(saga, input, course) });
    await step('confirm', { run: () => confirmActivation(input), final: true });
  });
}

async function untilWorking(
  { isAborted, throwIfAborted }: Saga,
  input: ActivateChannelInput,
  course: Course,
): Promise<void> {
  for (;;) {
    const seen = course.changes;
    const sight = await lookAtSession(input);
    if (sight.status === 'WORKING') return;
    course.lacks = unmet[sight.status] ?? course.lacks;
    if (sight.status === 'FAILED' || sight.status === 'STOPPED' || sight.status === 'MISSING') {
      if (course.revivals === mostRevivals) throw hopeless(course);
      course.revivals += 1;
      await reviveSession(input, sight);
    }
    await condition(() => course.changes > seen || isAborted(), lookEveryMs);
    throwIfAborted();
  }
}

function hopeless(course: Course): ApplicationFailure {
  course.verdict = course.lacks ?? 'session_failed';
  return ApplicationFailure.nonRetryable('The session did not come up.', course.verdict);
}

/** A code where there is one: it goes into the event. */
function reasonOf({ reason }: SagaOutcome, { lacks, verdict }: Course): string {
  return verdict ?? (reason === 'timed_out' ? (lacks ?? reason) : reason);
}
