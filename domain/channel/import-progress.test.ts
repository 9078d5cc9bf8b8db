// The estimate of an import: from the chats that are done, from a limit, and nothing where nothing can be said.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ImportFigures, importProgress } from './import-progress.ts';

const nowMs = Date.parse('2026-01-31T12:00:00.000Z');
const half: ImportFigures = {
  ...{ isRunning: true, isListed: true, chatsFound: 40, chatsDone: 20, messagesSeen: 2_000 },
  ...{ messagesImported: 1_000, messageLimit: null, activeMs: 10_000 },
};

describe('importProgress', () => {
  it('takes as long for the chats that are left as for those that are done', () => {
    const expected = { messagesPerSecond: 200, estimatedEndAt: '2026-01-31T12:00:10.000Z' };
    assert.deepEqual(importProgress(half, nowMs), expected);
  });

  it('ends sooner by its limit', () => {
    const { estimatedEndAt } = importProgress({ ...half, messageLimit: 1_100 }, nowMs);
    assert.equal(estimatedEndAt, '2026-01-31T12:00:01.000Z');
  });

  it('says nothing before anything was done, before the chats are listed, and when it does not run', () => {
    const nothing = { messagesPerSecond: null, estimatedEndAt: null };
    assert.deepEqual(importProgress({ ...half, activeMs: 0, chatsDone: 0, messagesImported: 0 }, nowMs), nothing);
    assert.equal(importProgress({ ...half, isListed: false }, nowMs).estimatedEndAt, null);
    assert.equal(importProgress({ ...half, isRunning: false }, nowMs).estimatedEndAt, null);
  });
});
