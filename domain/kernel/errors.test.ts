// Errors are known by their code, wherever they come from.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError, errorCodeOf, errorTable, violated } from './errors.ts';

describe('errors', () => {
  it('carry a code of the table, the rule that was broken and the issues', () => {
    const error = violated('too_many_tags', 'Remove one first.');
    assert.deepEqual([error.code, error.rule, error.message], ['rule_violated', 'too_many_tags', 'Remove one first.']);
    const issues = [{ path: 'name', message: 'is missing' }];
    assert.deepEqual(new DomainError('validation_failed', 'No.', { issues }).issues, issues);
  });

  it('are told apart by code, not by class', () => {
    assert.equal(errorCodeOf({ code: 'not_found' }), 'not_found');
    assert.equal(errorCodeOf(new DomainError('version_conflict', 'x')), 'version_conflict');
    for (const other of [{ code: '23505' }, { code: 7 }, new Error('x'), null, 'not_found', { code: 'toString' }])
      assert.equal(errorCodeOf(other), undefined);
  });

  it('have statuses of HTTP, and only what may pass is retryable', () => {
    for (const [code, { status, retryable }] of Object.entries(errorTable)) {
      assert.ok(status >= 400 && status < 600, code);
      if (status === 404 || status === 422 || status === 400) assert.equal(retryable, false, code);
    }
  });
});
