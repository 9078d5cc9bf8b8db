// What is due in a session: each term by itself, their order, and that taking what is due always comes to an end.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { SessionTerms } from '../session-policy/terms.ts';
import { nextDue, type SessionDue, type SessionStanding, soonestAfterMessageMs } from './next-due.ts';

const off: SessionTerms = {
  inactivitySeconds: null,
  abandonSeconds: null,
  escalateSeconds: null,
  reassignSeconds: null,
  autoAssign: false,
};
/** At 1,000 s the contact asked, and nobody has answered. */
const asked: SessionStanding = {
  lastActivityMs: 1_000_000,
  waitingSinceMs: 1_000_000,
  messageCount: 1,
  agentId: null,
  assignedMs: null,
  isResolved: false,
  isEscalated: false,
  isAbandoned: false,
  isAgentFree: true,
};
const answered = { ...asked, waitingSinceMs: null, messageCount: 2 };
const due = (standing: Partial<SessionStanding>, terms: Partial<SessionTerms>, nowMs = 1_000_000) =>
  nextDue({ ...asked, ...standing }, { ...off, ...terms }, nowMs);

describe('what is due in a session', () => {
  it('is nothing without terms', () => {
    assert.equal(due({}, {}), null);
    assert.equal(soonestAfterMessageMs(asked, off), null);
  });

  it('is its end, so long after the last activity', () => {
    assert.deepEqual(due({}, { inactivitySeconds: 60 }), { what: 'close', atMs: 1_060_000 });
    assert.deepEqual(due({ lastActivityMs: 1_500_000 }, { inactivitySeconds: 60 }), { what: 'close', atMs: 1_560_000 });
  });

  it('is that the contact has left, unless nobody wrote, it is settled, or was noted before', () => {
    const terms = { abandonSeconds: 30 };
    assert.deepEqual(due(answered, terms), { what: 'abandon', atMs: 1_030_000 });
    for (const not of [{ messageCount: 0 }, { isResolved: true }, { isAbandoned: true }])
      assert.equal(due({ ...answered, ...not }, terms), null);
  });

  it('is that it goes up, while the contact waits', () => {
    const terms = { escalateSeconds: 10 };
    assert.deepEqual(due({ lastActivityMs: 1_005_000 }, terms), { what: 'escalate', atMs: 1_010_000 });
    for (const not of [{ waitingSinceMs: null }, { isResolved: true }, { isEscalated: true }])
      assert.equal(due(not, terms), null);
  });

  it('is somebody, once there is anybody free', () => {
    assert.equal(due({}, { autoAssign: true })?.what, 'assign');
    assert.equal(due({ isAgentFree: false }, { autoAssign: true }), null);
    assert.equal(due({ agentId: 'a' }, { autoAssign: true }), null);
    assert.equal(soonestAfterMessageMs(asked, { ...off, autoAssign: true, inactivitySeconds: 60 }), 0);
  });

  it('is somebody else, so long after the later of question and assignment; nobody else left: it goes up, once', () => {
    const terms = { reassignSeconds: 10 };
    const given = { agentId: 'a', assignedMs: 1_004_000 };
    assert.deepEqual(due(given, terms), { what: 'reassign', atMs: 1_014_000 });
    assert.deepEqual(due({ ...given, assignedMs: 900_000 }, terms), { what: 'reassign', atMs: 1_010_000 });
    assert.deepEqual(due({ ...given, isAgentFree: false }, terms), { what: 'escalate', atMs: 1_014_000 });
    for (const not of [{ agentId: null }, { waitingSinceMs: null }, { isAgentFree: false, isEscalated: true }])
      assert.equal(due({ ...given, ...not }, terms), null);
  });

  it('is, when its end is due already, only that the contact has left, then the end', () => {
    const terms = {
      inactivitySeconds: 60,
      abandonSeconds: 30,
      escalateSeconds: 10,
      reassignSeconds: 5,
      autoAssign: true,
    };
    assert.equal(due({}, terms, 1_059_999)?.what, 'assign');
    assert.equal(due({}, terms, 1_060_000)?.what, 'abandon');
    assert.equal(due({ isAbandoned: true }, terms, 1_060_000)?.what, 'close');
    assert.equal(soonestAfterMessageMs({ ...asked, agentId: 'a' }, { ...off, ...terms }), 5_000);
  });

  it('comes to an end, whatever stands and whatever is agreed; activity moves the end, never back', () => {
    const term = fc.option(fc.integer({ min: 1, max: 100 }));
    const terms = fc.record({
      inactivitySeconds: term,
      abandonSeconds: term,
      escalateSeconds: term,
      reassignSeconds: term,
      autoAssign: fc.boolean(),
    });
    fc.assert(
      fc.property(terms, fc.boolean(), fc.nat({ max: 3 }), fc.nat({ max: 300 }), (agreed, isWaiting, free, late) => {
        let standing = { ...asked, ...(!isWaiting && answered), isAgentFree: free > 0 };
        const nowMs = 1_000_000 + late * 1_000;
        const taken: SessionDue['what'][] = [];
        for (let agents = free; ; ) {
          const next = nextDue(standing, agreed, nowMs);
          if (next === null || next.atMs > nowMs) break;
          taken.push(next.what);
          if (next.what === 'close') break;
          if (next.what === 'assign' || next.what === 'reassign') {
            agents -= 1;
            standing = { ...standing, agentId: `agent ${agents}`, assignedMs: nowMs, isAgentFree: agents > 0 };
          }
          if (next.what === 'escalate') standing = { ...standing, isEscalated: true };
          if (next.what === 'abandon') standing = { ...standing, isAbandoned: true };
          assert.ok(taken.length <= 4, taken.join());
        }
        const { inactivitySeconds } = agreed;
        assert.equal(taken.at(-1) === 'close', inactivitySeconds !== null && late >= inactivitySeconds);
        assert.equal(new Set(taken).size, taken.length, taken.join());
        const later = nextDue({ ...standing, lastActivityMs: nowMs + 1 }, agreed, nowMs);
        assert.ok(later?.what !== 'close' || later.atMs > nowMs);
      }),
      { numRuns: 2_000 },
    );
  });
});
