// The small parts under the servers: ports, process marks, paths with blanks, settings, and the message for a part that is missing.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { dynamicConfig } from './dynamic-config.ts';
import { isListener } from './listener.ts';
import { lastLine, MissingPart } from './missing-part.ts';
import { plainPath } from './plain-path.ts';
import { isFreePort, pickPort } from './ports.ts';
import { isSameProcess, markProcess } from './process-mark.ts';
import { endProcesses, findProcesses, isAlive } from './processes.ts';
import { run } from './run.ts';

const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'stack-parts-')));
after(() => rmSync(folder, { recursive: true }));

async function listen(host: string): Promise<{ port: number; close: () => void }> {
  const server = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return { port: (server.address() as net.AddressInfo).port, close: () => server.close() };
}

describe('ports', () => {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    test(`a port that somebody listens on at ${host} is passed over, and said so`, async () => {
      const { port, close } = await listen(host);
      assert.equal(await isFreePort(port), false);
      const said: string[] = [];
      const picked = await pickPort(`a test ${host}`, port, (line) => said.push(line));
      assert.notEqual(picked, port);
      assert.deepEqual(said, [`port ${port} is busy: a test ${host} takes ${picked}`]);
      close();
    });
  }

  test('two parts never get the same port, one part may get its own again', async () => {
    const first = await pickPort('one', 0, () => undefined);
    assert.notEqual(await pickPort('other', first, () => undefined), first);
    assert.equal(await pickPort('one', first, () => undefined), first);
  });

  test('it is known which process listens', async () => {
    const { port, close } = await listen('127.0.0.1');
    assert.equal(await isListener(process.pid, port), true);
    assert.equal(await isListener(process.ppid, port), false);
    close();
  });
});

describe('processes', () => {
  test('a mark means that very process, not another with its number', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const mark = markProcess(child.pid ?? 0);
    assert.equal(isSameProcess(mark), true);
    assert.equal(isSameProcess({ ...mark, began: 'another moment' }), false);
    await endProcesses([mark.pid], 'SIGKILL', 0);
    assert.equal(isSameProcess(mark), false);
  });

  test('a process is found by program and whole argument only', async () => {
    const marker = path.join(folder, 'marked');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', marker]);
    const program = path.basename(realpathSync(process.execPath));
    assert.deepEqual(await findProcesses(program, marker), [child.pid]);
    assert.deepEqual(await findProcesses(program, marker.slice(0, -1)), []);
    assert.deepEqual(await findProcesses('postgres', marker), []);
    assert.equal(await endProcesses([child.pid ?? 0], 'SIGTERM', 5_000), true);
    assert.equal(isAlive(child.pid ?? 0), false);
  });

  test('a program that is not there is said in words', async () => {
    assert.deepEqual(await run('no-such-program', []), {
      code: 127,
      stdout: '',
      stderr: 'no-such-program is not installed',
    });
  });
});

describe('paths, settings, messages', () => {
  test('a path with blanks gets a link without, always the same', () => {
    const blank = path.join(folder, 'my project');
    mkdirSync(blank);
    const link = plainPath(blank);
    assert.doesNotMatch(link, /\s/);
    assert.equal(realpathSync(link), blank);
    assert.equal(plainPath(blank), link);
    assert.equal(plainPath(folder), folder);
    rmSync(link);
  });

  test("the server's settings are read from the file, and a line that is not understood is refused", () => {
    assert.ok(dynamicConfig().includes('system.forceSearchAttributesCacheRefreshOnRead=true'));
    assert.throws(() => dynamicConfig('a.b:\n  - constraints: {}\n'), /constraints/);
  });

  test('a missing part names itself, the reason and every way', () => {
    const { message } = new MissingPart('RabbitMQ', 'not installed', ['set AMQP_URL', 'install it']);
    assert.deepEqual(message.split('\n'), [
      'RabbitMQ is missing: not installed',
      'Any one of these provides it:',
      '  - set AMQP_URL',
      '  - install it',
    ]);
    assert.equal(
      lastLine('npm error network refused\nnpm error A complete log of this run can be found in: x'),
      'network refused',
    );
  });
});
