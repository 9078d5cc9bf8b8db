// What the benchmark says of CPU: time that is really used is found, in a process, in its child, and in a child that has ended.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { addTimes, readCpuTimes, usedBetween } from './cpu.ts';

const burn = (ms: number): string =>
  `const { performance } = require('node:perf_hooks'); const until = process.cpuUsage().user / 1000 + ${ms}; while (process.cpuUsage().user / 1000 < until);`;

test('a process counts with its children, the ended ones too', {
  skip: process.platform === 'linux' ? false : 'there is no /proc here',
}, async () => {
  const running = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(`${burn(300)} process.send('burnt'); setInterval(() => {}, 1000)`)}], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })`;
  const ended = `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(burn(300))}])`;
  const code = `${ended}; const child = ${running}; child.on('message', () => process.send('burnt')); process.on('disconnect', () => child.kill());`;
  const parent = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const processes = { parent: [parent.pid ?? 0], nobody: [2 ** 30] };
  const before = readCpuTimes(processes);
  await once(parent, 'message');
  const { parent: ms = 0, nobody } = usedBetween(before, readCpuTimes(processes));
  parent.disconnect();
  await once(parent, 'exit');
  assert.ok(ms >= 580, `${ms} ms of 600 and more`);
  assert.equal(nobody, 0);
});

test('times are added name by name', () => {
  assert.deepEqual(addTimes({ api: 1 }, { api: 2, relay: 3 }), { api: 3, relay: 3 });
});
