// Workflow code that runs must go on understanding what it did before: recorded histories are replayed. A changed workflow must be caught.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { projectDir } from '../../ops/stack/paths.ts';
import { createLogger } from '../../platform/log.ts';
import { dataConverter } from '../../platform/temporal.ts';
import { workflowBundlePath } from '../../workers/temporal/workflow-bundle.ts';
import { historyConfig as config } from '../support/history-config.ts';
import { installRuntime } from '../support/product.ts';
import { readHistories } from '../support/recorded-histories.ts';

const log = createLogger({ name: 'histories', level: config.LOG_LEVEL });
before(() => installRuntime(log));

/** Replays them all; gives the names of those that the code does not understand. */
async function replay(workflowBundle: { codePath: string } | { code: string }): Promise<readonly string[]> {
  const notUnderstood: string[] = [];
  const options = { workflowBundle, dataConverter: dataConverter(config), replayName: 'recorded' };
  for await (const { workflowId, error } of Worker.runReplayHistories(options, readHistories()))
    if (error) notUnderstood.push(workflowId);
  return notUnderstood;
}

test('recorded histories are understood', async () => {
  const names = readHistories().map(({ workflowId }) => workflowId);
  assert.ok(names.length >= 9, names.join(' '));
  assert.deepEqual(await replay({ codePath: await workflowBundlePath(config) }), []);
});

const changes: Readonly<Record<string, { file: string; from: string; to: string; understood: readonly string[] }>> = {
  'the steps do not run together any more': {
    file: 'process-inbound-message.ts',
    from: 'await saga.together(() => processInboundTogether(input))',
    to: 'null as readonly string[] | null; void processInboundTogether',
    // Cancelled before its first task was over: it began by asking the database.
    understood: ['cancelled-unheard'],
  },
  'a saga turns back without asking the database': {
    file: 'saga.ts',
    from: 'await CancellationScope.nonCancellable(() => within(run, place, sealSaga))',
    to: '{ ended: null, reason: null, steps: [] }',
    understood: [
      'completed-media',
      'completed-step-by-step',
      'completed-text',
      'ignored-step-by-step',
      'stuck-retried',
      'stuck-skipped',
    ],
  },
};

for (const [what, { file, from, to, understood }] of Object.entries(changes)) {
  test(`a change that needs a version is caught: ${what}`, async () => {
    const folder = mkdtempSync(path.join(projectDir, '.cache', 'changed-workflows-'));
    try {
      cpSync(path.join(projectDir, 'workflows'), folder, { recursive: true });
      const code = readFileSync(path.join(folder, file), 'utf8');
      assert.ok(code.includes(from), `${file} has changed: change the test with it`);
      writeFileSync(path.join(folder, file), code.replace(from, to));
      const bundle = await bundleWorkflowCode({
        workflowsPath: path.join(folder, 'index.ts'),
        workflowInterceptorModules: [path.join(folder, 'interceptors.ts')],
        failureConverterPath: dataConverter(config).failureConverterPath ?? '',
        logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
      });
      const expected = readHistories()
        .map(({ workflowId }) => workflowId)
        .filter((name) => !understood.includes(name));
      const caught = await replay(bundle);
      assert.deepEqual(caught, expected);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
