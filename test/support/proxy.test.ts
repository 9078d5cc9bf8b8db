// The proxy does to a connection what it says, and only to those it is said of.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { eventually } from './eventually.ts';
import { type FaultProxy, startProxy } from './proxy.ts';

let echo: net.Server;
let proxy: FaultProxy;
const clients = new Set<net.Socket>();

before(async () => {
  echo = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  proxy = await startProxy(() => (echo.address() as net.AddressInfo).port);
});
after(async () => {
  for (const client of clients) client.destroy();
  await proxy.close();
  await new Promise((resolve) => echo.close(resolve));
});

/** A connection that has said its name. */
async function connect(name: string) {
  const socket = net.connect(proxy.port, '127.0.0.1');
  clients.add(socket);
  const state = { heard: '', closed: false, error: '', say: (text: string) => socket.write(text) };
  socket.on('data', (piece) => {
    state.heard += piece;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    state.error = error.code ?? error.message;
  });
  socket.on('close', () => {
    state.closed = true;
  });
  socket.write(name);
  return state;
}

describe('the proxy', () => {
  test('lets everything through in order, late when it is slow', async () => {
    const one = await connect('one.');
    await eventually(() => one.heard === 'one.');
    proxy.inject({ kind: 'latency', ms: 60, jitterMs: 50 });
    const startedAt = performance.now();
    const text = Array.from({ length: 50 }, (_, index) => `${index},`).join('');
    for (const part of text.match(/\d+,/g) ?? []) one.say(part);
    await eventually(() => one.heard === `one.${text}`);
    assert.ok(performance.now() - startedAt >= 20);
    proxy.heal();
  });

  test('half-open: neither side hears anything, nobody is told, and new connections fare the same; healing cuts them', async () => {
    const [deaf, fine] = [await connect('deaf.'), await connect('fine.')];
    await eventually(() => deaf.heard === 'deaf.' && fine.heard === 'fine.');
    proxy.inject({ kind: 'halfOpen' }, { only: 'deaf' });
    deaf.say('hello');
    const later = await connect('deaf too.');
    fine.say('hello');
    await eventually(() => fine.heard === 'fine.hello');
    fine.say('!');
    await eventually(() => fine.heard === 'fine.hello!');
    assert.deepEqual([deaf.heard, deaf.closed, later.heard, later.closed], ['deaf.', false, '', false]);
    proxy.heal();
    await eventually(() => deaf.closed && later.closed);
    assert.equal(fine.closed, false);
  });

  test('down: cuts what is open and takes nothing new until it is healed', async () => {
    const one = await connect('one.');
    await eventually(() => one.heard === 'one.');
    proxy.inject({ kind: 'down' });
    await eventually(() => one.closed);
    const refused = await connect('two.');
    await eventually(() => refused.closed);
    proxy.heal();
    const three = await connect('three.');
    await eventually(() => three.heard === 'three.');
  });

  test('reset: cut once, by a reset', async () => {
    const one = await connect('one.');
    await eventually(() => one.heard === 'one.');
    proxy.inject({ kind: 'reset' });
    await eventually(() => one.closed);
    assert.equal(one.error, 'ECONNRESET');
    const two = await connect('two.');
    await eventually(() => two.heard === 'two.');
  });

  test('bandwidth: big things take their time', async () => {
    const one = await connect('x');
    await eventually(() => one.heard === 'x');
    proxy.inject({ kind: 'bandwidth', bytesPerSecond: 200_000 });
    const startedAt = performance.now();
    one.say('y'.repeat(20_000));
    await eventually(() => one.heard.length === 20_001);
    assert.ok(performance.now() - startedAt > 80);
    proxy.heal();
  });
});
