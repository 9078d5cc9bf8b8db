// Only what surely did not arrive may be sent again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayHaveArrived } from './may-have-arrived.ts';

const rejected = 'rule_violated: The gateway rejected the message (number_not_at_gateway).';
const optedOut = 'rule_violated: The contact opted out of messages before it was sent (opted_out).';
const reported = 'rule_violated: The message failed (gateway_reported_error).';

test('what failed may have arrived, unless the gateway said no to its only attempt, or was never asked', () => {
  const cases: [attempts: number, reason: string, mayHave: boolean][] = [
    [0, optedOut, false],
    [0, 'timed_out', false],
    [1, rejected, false],
    [2, rejected, true],
    [1, optedOut, true],
    [1, 'timed_out', true],
    [3, reported, false],
    [1, 'gateway_reported_error', false],
  ];
  for (const [attempts, reason, mayHave] of cases)
    assert.equal(mayHaveArrived({ attempts, reason }), mayHave, `${attempts} ${reason}`);
});
