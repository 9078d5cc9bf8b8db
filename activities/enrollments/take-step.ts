// Takes the step that an enrolment is at: what it does to the contact, and how it ended.
import { aggregates } from '../../db/aggregates.ts';
import { enrollInSequence } from '../../db/enroll-contacts.ts';
import { load } from '../../db/execute.ts';
import { wroteSince } from '../../db/wrote-since.ts';
import { holds } from '../../domain/outreach/holds.ts';
import { derivedId } from '../../platform/clock.ts';
import { type AtStep, passedOver, type Taken } from './at-step.ts';
import { send } from './send-step.ts';

const notYet: Taken = { kind: 'wait', ms: null };

/** Takes it. */
export async function takeStep(at: AtStep): Promise<Taken> {
  const { step, contact, isDue, nowMs } = at;
  if (step.stepType === 'wait' && step.waitFor === 'reply' && (await wroteSince(at.tx, contact.id, at.reachedAt)))
    return { kind: 'end', outcome: 'done' };
  if (!isDue) return notYet;
  switch (step.stepType) {
    case 'delay':
      return { kind: 'end', outcome: 'done' };
    case 'wait':
      return { kind: 'end', outcome: 'timed_out' };
    case 'condition':
      return { kind: 'end', outcome: holds(step.condition, contact, nowMs) ? 'done' : 'not_met' };
    case 'broadcast':
      return sendBroadcast(at, step.broadcastId);
    case 'sequence':
      return goThrough(at, step.sequenceId);
    default: {
      if (!step.conditions.every((condition) => holds(condition, contact, nowMs)))
        return passedOver('condition_not_met');
      return send(at, step.message, at.channelId ?? contact.channelId);
    }
  }
}

async function sendBroadcast(at: AtStep, broadcastId: string): Promise<Taken> {
  const { state, exists } = await load(at.database, at.tx, aggregates.broadcast, broadcastId);
  return exists ? send(at, state.message, state.channelId) : passedOver('broadcast_gone');
}

/** Starts a sequence for the contact, and waits until they are through it or out of it. */
async function goThrough({ database, tx, cause, state, step, contact }: AtStep, sequenceId: string): Promise<Taken> {
  const id = derivedId('enrollment of a step', state.id, step.stepId);
  const { state: inner, exists } = await load(database, tx, aggregates.sequenceEnrollment, id);
  if (exists) {
    if (inner.status === 'completed') return { kind: 'end', outcome: 'done' };
    return inner.status === 'exited' ? passedOver(inner.exitReason ?? 'exited') : notYet;
  }
  const { state: sequence } = await load(database, tx, aggregates.sequence, sequenceId);
  if (sequence.status === 'paused') return notYet;
  if (sequence.status !== 'active') return passedOver('sequence_not_active');
  const entering = { id: sequenceId, contactIds: [contact.id] };
  const { skipped } = await enrollInSequence({ ...database, ids: { next: () => id } }, tx, entering, cause);
  return skipped[0] ? passedOver(skipped[0].rule) : notYet;
}
