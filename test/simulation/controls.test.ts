// Negative controls: the simulation must turn red for builds that are wrong on purpose. A check that can't fail proves nothing.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WrongBuild } from './backbone.ts';
import { runCrashPoints } from './crash-points.ts';
import { runInterleavings, storm } from './interleavings.ts';
import { calm } from './weather.ts';
import * as wrong from './wrong-builds.ts';

const runs = 300;
const seed = 1;

/** The invariant that fails first in bad weather. */
async function brokenBy(build: WrongBuild, weather = storm): Promise<string> {
  return invariantOf(runInterleavings({ seed, runs, weather }, build));
}

async function invariantOf(run: Promise<unknown>): Promise<string> {
  const message = await run.then(
    () => 'none',
    (error: Error) => error.message,
  );
  return (
    /(lost|unexpected|doubled delivery|doubled|inversion|gap|overtaken|paused|rest|hung): /.exec(message)?.[1] ??
    message
  );
}

describe('wrong builds are found', () => {
  test('a failure says how to come back to it', async () => {
    const messageOf = (runs: Parameters<typeof runInterleavings>[0]): Promise<string> =>
      runInterleavings({ ...runs, weather: { ...calm, writerLate: 0.3 } }, wrong.readsByCursor).then(
        () => 'none',
        (error: Error) => error.message,
      );
    const message = await messageOf({ seed, runs });
    const [, told, path] = /SIMULATION_SEED=(\d+) SIMULATION_PATH=([\d:]+)/.exec(message) ?? [];
    assert.ok(path, message);
    assert.equal(await messageOf({ seed: Number(told), runs: 1, path }), message);
  });
  test('mark before confirm: lost', async () => {
    assert.equal(await brokenBy(wrong.marksBeforeConfirm), 'lost');
  });
  test('a cursor instead of a read by state: lost', async () => {
    assert.equal(await brokenBy(wrong.readsByCursor, { ...calm, writerLate: 0.3 }), 'lost');
  });
  test('no lease check: delivered twice though nothing happened', async () => {
    assert.equal(await brokenBy(wrong.checksNoLease, calm), 'doubled delivery');
  });
  test('ack before commit: lost, also by a single crash', async () => {
    assert.equal(await brokenBy(wrong.acksBeforeCommit), 'lost');
    for (const kind of ['ordered', 'unordered'] as const)
      assert.equal(await invariantOf(runCrashPoints(kind, 1, wrong.acksBeforeCommit)), 'lost');
  });
  test('a claim outside of the effect’s transaction: lost, also by a single crash', async () => {
    assert.equal(await brokenBy(wrong.claimsApart), 'lost');
    assert.equal(await invariantOf(runCrashPoints('unordered', 1, wrong.claimsApart)), 'lost');
  });
  test('no claim: doubled, also by a single crash', async () => {
    // What operators do makes other things wrong in it first.
    assert.equal(await brokenBy(wrong.claimsNothing, { ...storm, operate: 0, poison: 0 }), 'doubled');
    assert.equal(await invariantOf(runCrashPoints('unordered', 1, wrong.claimsNothing)), 'doubled');
  });
  test('an ordered consumer that parks nothing: out of order', async () => {
    assert.equal(await brokenBy(wrong.parksNothing), 'inversion');
  });
  test('an ordered consumer that forgets what it parked: lost', async () => {
    assert.equal(await brokenBy(wrong.forgetsParked), 'lost');
  });
  test('going on behind an event that was given up: overtaken', async () => {
    assert.equal(await brokenBy(wrong.skipsWithoutHold, { ...calm, returned: 0.5, death: 0.01 }), 'overtaken');
  });
  test('a rebuild that keeps the claims of what it clears: lost', async () => {
    assert.equal(await brokenBy(wrong.clearsButClaims, { ...calm, operate: 0.02 }), 'lost');
  });
  test('dead letters that are taken for sent again: lost', async () => {
    assert.equal(await brokenBy(wrong.forgetsResends, { ...calm, poison: 0.3, operate: 0.01 }), 'lost');
  });
  test('consumers that go on while they are paused: paused', async () => {
    assert.equal(await brokenBy(wrong.ignoresPauses, { ...calm, operate: 0.02 }), 'paused');
  });
});
