// A rule's run: started once, ended once, never by what it caused itself.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const run = aggregates.automation_run;
const names = { automationId: id(11), ruleId: id(12) };
const of = { ...names, contactId: id(14) };
const about = { triggerType: 'message.received', triggeringEventId: id(15) } as const;
const data = {
  runId: id(10),
  ...of,
  projectId: id(13),
  ...about,
  actions: [{ type: 'add_tag', params: { tag: 'x' } }],
};
const start: Input = { type: 'automation_run.start', data: { ...data, chain: [id(16)] } };
const refusal = { action: 'add_tag', reason: 'not_found' };

describe('a rule’s run', () => {
  it('starts once, with the chain that led to it', () => {
    const context = { chain: [id(16)] };
    given(run)
      .when('automation_run.start', start.data)
      .thenEvents([{ type: 'automation_rule.triggered', data: { ...of, ...about, context } }]);
    given(run, [start]).when('automation_run.start', start.data).thenNothing();
    given(run)
      .when('automation_run.start', { ...data, chain: [id(12)] })
      .thenRefused('caused_by_itself');
    given(run)
      .when('automation_run.start', { ...data, chain: [1, 2, 3, 4, 5].map((n) => id(20 + n)) })
      .thenRefused('chain_too_deep');
  });

  it('ends once, done or refused', () => {
    given(run, [start])
      .when('automation_run.complete')
      .thenEvents([{ type: 'automation_rule.executed', data: { ...of, actionsCount: 1, executedAt: momentOf(1) } }]);
    const failed = given(run, [start]).when('automation_run.fail', refusal);
    assert.equal(failed.thenTypes('automation_rule.failed').failedAction, 'add_tag');
    const done = given(run, [start, { type: 'automation_run.complete', data: {} }]);
    done.when('automation_run.complete').thenNothing();
    done.when('automation_run.fail', refusal).thenRefused('run_finished');
    given(run).when('automation_run.complete').thenRefused('not_found');
  });

  it('tells its beginning and its end at most once each, whatever is asked of it', () => {
    fc.assert(
      fc.property(arbitraryCommands(run, { first: 'automation_run.start' }), (inputs) => {
        const types = runAll(run, inputs).events.map(({ type }) => type);
        assert.ok(types.length <= 2 && new Set(types).size === types.length);
      }),
      { numRuns: 1000 },
    );
  });
});
