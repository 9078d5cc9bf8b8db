// The supervisor with real processes: ready means our own process answers, what dies comes back, and nothing is left behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { eventually } from '../../test/support/eventually.ts';
import { projectDir } from '../stack/paths.ts';
import { pickPort } from '../stack/ports.ts';
import type { ProcessMark } from '../stack/process-mark.ts';
import { isAlive } from '../stack/processes.ts';
import { createSupervisor, type ProcessSpec } from './supervisor.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'supervisor-'));
after(() => rmSync(folder, { recursive: true }));

const serves = `import { createServer } from 'node:http';
  const server = createServer((request, response) => response.end('ready'));
  server.listen(Number(process.env.METRICS_PORT), '127.0.0.1');`;

async function specOf(name: string, body: string): Promise<ProcessSpec> {
  const file = path.join(folder, `${name}.mjs`);
  writeFileSync(file, body);
  const readyPort = await pickPort(name, 0, () => undefined);
  return { name, file, environment: { METRICS_PORT: String(readyPort) }, readyPort, niceness: 0 };
}

function supervise() {
  const said: string[] = [];
  let marks: Record<string, ProcessMark> = {};
  const supervisor = createSupervisor(
    (line) => said.push(line),
    (now) => {
      marks = now;
    },
    path.join(folder, 'logs'),
  );
  return { supervisor, said, pidOf: (name: string) => marks[name]?.pid ?? 0 };
}

describe('the supervisor', () => {
  test('a process that is killed is started again and said so; stop leaves none', async () => {
    const { supervisor, said, pidOf } = supervise();
    await supervisor.start(await specOf('phoenix', serves));
    const first = pidOf('phoenix');
    process.kill(first, 'SIGKILL');
    await eventually(() => said.includes('phoenix is ready again'));
    const second = pidOf('phoenix');
    assert.notEqual(second, first);
    assert.match(said[0] ?? '', /phoenix ended \(SIGKILL\); starting it again in .* s\. Its log: .*phoenix\.log/);
    await supervisor.stop();
    assert.equal(isAlive(second), false);
  });

  test('a process that ends at its start fails with the end of its log', async () => {
    const { supervisor } = supervise();
    const spec = await specOf('hopeless', "console.error('no database there'); process.exit(3);");
    await assert.rejects(supervisor.start(spec), /hopeless ended while starting.*no database there/s);
    await supervisor.stop();
  });

  test("a stranger's answer on the port does not make it ready", async () => {
    const { supervisor } = supervise();
    const spec = await specOf(
      'late',
      "setTimeout(() => { console.error('the port is taken'); process.exit(1); }, 500);",
    );
    const stranger = createServer((_request, response) => response.end('ready'));
    await new Promise<void>((resolve) => stranger.listen(spec.readyPort, '127.0.0.1', resolve));
    await assert.rejects(supervisor.start(spec), /ended while starting/);
    await supervisor.stop();
    stranger.close();
  });

  test('a process that does not heed SIGTERM is killed at stop', async () => {
    const { supervisor, pidOf } = supervise();
    await supervisor.start(await specOf('stubborn', `process.on('SIGTERM', () => {}); ${serves}`));
    const pid = pidOf('stubborn');
    await supervisor.stop();
    assert.equal(isAlive(pid), false);
  });

  test('when the launcher is killed its processes end by themselves', async () => {
    const spec = await specOf(
      'orphan',
      `${serves} console.log('pid ' + process.pid); process.on('SIGTERM', () => process.exit(0));`,
    );
    const launcher = path.join(folder, 'launcher.mts');
    const supervisorFile = path.join(projectDir, 'ops/up/supervisor.ts');
    writeFileSync(
      launcher,
      `import { createSupervisor } from ${JSON.stringify(supervisorFile)};
       await createSupervisor(() => {}, () => {}, ${JSON.stringify(path.join(folder, 'orphan-logs'))}).start(${JSON.stringify(spec)});
       console.log('started'); setInterval(() => {}, 1000);`,
    );
    const parent = spawn(process.execPath, ['--import', 'tsx', launcher], {
      cwd: projectDir,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => parent.stdout.once('data', resolve));
    const pid = Number(/pid (\d+)/.exec(readFileSync(path.join(folder, 'orphan-logs', 'orphan.log'), 'utf8'))?.[1]);
    assert.equal(isAlive(pid), true);
    parent.kill('SIGKILL');
    await eventually(() => !isAlive(pid));
  });
});
