// The frame of a process: start, orderly stop, crash and unusable configuration, seen from outside.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const key = Buffer.alloc(32, 1).toString('base64');
const usable = { MASTER_KEY: key, TEMPORAL_CODEC_KEY: key };
const root = fileURLToPath(new URL('..', import.meta.url));

type Ended = { code: number | null; out: string; err: string; lines: Record<string, unknown>[]; messages: unknown[] };

/** Runs a process whose main function is `body`; sends it `signals` one after the other, each when the output shows its mark. */
async function run(
  body: string,
  {
    signals = [],
    env = usable,
    options = '{}',
  }: { signals?: [mark: string, signal: NodeJS.Signals][]; env?: object; options?: string } = {},
): Promise<Ended> {
  const program = `
    import { ConfigError } from './platform/config.ts';
    import { runProcess } from './platform/lifecycle.ts';
    await runProcess('probe', async ({ config, log, metrics, readiness, onStop }) => { ${body} }, ${options});
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  const waiting = [...signals];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    for (let next = waiting[0]; next !== undefined && out.includes(next[0]); next = waiting[0]) {
      waiting.shift();
      child.kill(next[1]);
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(limit);
  const lines = out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, out, err, lines, messages: lines.map((line) => line['msg']) };
}

const STAY = 'const stay = setInterval(() => {}, 1000);';

test('a signal stops the parts in reverse order, the process is no longer ready, and the exit code is 0', async () => {
  const ended = await run(
    `${STAY}
     onStop('pool', async () => { log.info({ ready: (await readiness.report()).ready }, 'pool closed'); });
     onStop('consumer', () => { log.info('consumer stopped'); });
     readiness.add('nothing', async () => {});`,
    { signals: [['"started"', 'SIGTERM']] },
  );
  assert.deepEqual(ended.messages, ['started', 'stopping', 'consumer stopped', 'pool closed', 'stopped']);
  assert.equal(ended.lines[3]?.['ready'], false);
  assert.deepEqual([ended.code, ended.err], [0, '']);
});

test('a second signal does not cut the stop short; a failing part does not keep the others from stopping', async () => {
  const ended = await run(
    `${STAY}
     onStop('first', () => { log.info('first stopped'); });
     onStop('broken', () => { throw new Error('it is stuck'); });
     onStop('slow', async () => { log.info('slow begins'); await new Promise((r) => setTimeout(r, 300)); });`,
    {
      signals: [
        ['"started"', 'SIGINT'],
        ['slow begins', 'SIGINT'],
      ],
    },
  );
  assert.ok(ended.messages.includes('could not be stopped cleanly'));
  assert.deepEqual(ended.messages.slice(-2), ['first stopped', 'stopped']);
  assert.equal(ended.code, 1);
});

test('what does not stop in time is named and the process ends with 1', async () => {
  const ended = await run(`${STAY} onStop('worker', () => new Promise(() => {}));`, {
    signals: [['"started"', 'SIGTERM']],
    options: '{ stopWithinMs: 200 }',
  });
  assert.equal(ended.code, 1);
  const last = ended.lines.at(-1);
  assert.deepEqual([last?.['msg'], last?.['waitingFor']], ['not stopped in time', 'worker']);
});

test('a signal during the start stops what had started, and what starts meanwhile', async () => {
  const ended = await run(
    `onStop('early', async () => { await new Promise((r) => setTimeout(r, 300)); log.info('early stopped'); });
     log.info('half way');
     await new Promise((r) => setTimeout(r, 100));
     onStop('late', () => { log.info('late stopped'); });`,
    { signals: [['half way', 'SIGTERM']] },
  );
  assert.deepEqual(ended.messages, ['half way', 'stopping', 'early stopped', 'late stopped', 'stopped']);
  assert.equal(ended.code, 0);
});

test('unusable configuration: a message for people on standard error, exit code 2', async () => {
  const missing = await run('', { env: { API_PORT: 'x' } });
  assert.equal(missing.code, 2);
  assert.match(missing.err, /MASTER_KEY: is required.*API_PORT: must be a port number/s);
  assert.doesNotMatch(missing.err, /\n {4}at /);
  const later = await run(
    `onStop('pool', () => { log.info('pool closed'); }); throw new ConfigError('METRICS_PORT: set another');`,
  );
  assert.equal(later.code, 2);
  assert.equal(later.err, 'METRICS_PORT: set another\n');
  assert.deepEqual(later.messages, ['pool closed', 'stopped']);
});

test('what goes wrong unexpectedly ends the process with 1, sanitised', async () => {
  const wrongs = {
    'could not start': `throw new Error('no pool for 5511999998888');`,
    'uncaught exception': `${STAY} setTimeout(() => { throw new Error('of 5511999998888'); }, 10);`,
    'unhandled rejection': `${STAY} void Promise.reject(Object.assign(new Error('of 5511999998888'), { detail: 'canary' }));`,
  };
  for (const [message, body] of Object.entries(wrongs)) {
    const ended = await run(body);
    assert.equal(ended.code, 1, message);
    assert.ok(ended.messages.includes(message), ended.out);
    assert.doesNotMatch(ended.out + ended.err, /5511999998888|canary/);
  }
});
