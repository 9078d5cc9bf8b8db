// A body is read whole or refused: in time, in size, and in one piece.
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { maxBodyBytes, readBytes } from './read-body.ts';

const incoming = (headers: Record<string, string> = {}): PassThrough & IncomingMessage =>
  Object.assign(new PassThrough(), { headers }) as unknown as PassThrough & IncomingMessage;

test('a body is read to the byte, in any number of parts', async () => {
  const stream = incoming();
  const read = readBytes(stream, 1_000);
  for (const part of ['{"a":', '"ü"', '}']) stream.write(part);
  stream.end();
  assert.equal((await read).toString('utf8'), '{"a":"ü"}');
});

test('one that comes too slowly is a time-out, one that breaks off is not valid', async () => {
  const slow = incoming();
  slow.write('{');
  await assert.rejects(readBytes(slow, 20), { code: 'request_timeout' });
  const broken = incoming();
  const read = readBytes(broken, 1_000);
  broken.destroy();
  await assert.rejects(read, { code: 'validation_failed' });
});

test('one that is declared or turns out too large is refused', async () => {
  await assert.rejects(readBytes(incoming({ 'content-length': String(maxBodyBytes + 1) }), 1_000), {
    code: 'body_too_large',
  });
  const lying = incoming({ 'content-length': '5' });
  const read = readBytes(lying, 1_000);
  lying.write(Buffer.alloc(maxBodyBytes));
  lying.write('x');
  await assert.rejects(read, { code: 'body_too_large' });
});
