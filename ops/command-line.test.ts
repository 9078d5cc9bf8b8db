// What an operator's command does not know, it refuses with its usage and exit code 2 before anything is done: no stack trace, nothing passed over.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { projectDir } from './stack/paths.ts';

const run = promisify(execFile);
type Ended = { code: number; stdout: string; stderr: string };

async function program(name: string, ...args: string[]): Promise<Ended> {
  const command = ['--import', 'tsx', `ops/${name}.ts`, ...args];
  return run(process.execPath, command, { cwd: projectDir }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );
}

const wrong: readonly (readonly [string, string[], RegExp])[] = [
  ['rebuild', ['--dryrun'], /Unknown option '--dryrun'/],
  ['rebuild', ['timeline', 'campaign_results'], /It takes no campaign_results/],
  ['rebuild', ['nonsense'], /There is no projection nonsense/],
  ['verify', ['--tenants', 't'], /Unknown option '--tenants'/],
  ['verify', ['contact'], /It takes no contact/],
  ['raw-webhooks', ['reply', 'x'], /There is no command reply/],
  ['raw-webhooks', ['list', '--limit', 'all'], /--limit takes a whole number, not all/],
  ['outbox', ['redrive', 'x', 'y'], /redrive takes no y/],
  ['consumers', ['--yse'], /Unknown option '--yse'/],
];

describe('the words of an operator command', { concurrency: 2 }, () => {
  for (const [name, args, reason] of wrong)
    test(`${name} ${args.join(' ')}: ${reason.source}`, async () => {
      const { code, stdout, stderr } = await program(name, ...args);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, reason);
      assert.doesNotMatch(stderr, /^ +at /m);
    });

  for (const name of ['rebuild', 'verify', 'raw-webhooks', 'outbox', 'consumers'])
    test(`${name} --help: the usage`, async () => {
      const { code, stdout } = await program(name, '--help');
      assert.equal(code, 0);
      assert.match(stdout, /^usage:/);
    });
});
