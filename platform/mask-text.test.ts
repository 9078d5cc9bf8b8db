// Free text: numbers and gateway addresses are masked, ordinary words are not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maskText } from './mask-text.ts';

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{${min - 1},${max - 1}}$`));
// Ends in something that is no letter: 15 digits and an `a` may as well be a hash.
const word = fc.stringMatching(/^[a-zA-Z =:,;'"{}[\]_]{0,20}[ =:,;'"{}[\]_(]$/);

test('chat addresses are masked wherever they stand', () => {
  for (const [text, masked] of [
    ['from 5511999999999@c.us', 'from ***'],
    ['id false_5511999999999@c.us_3EB0C431C26A1916E07A', 'id ***_3EB0C431C26A1916E07A'],
    ['5511999999999:12@s.whatsapp.net', '***'],
    ['GET /api/contacts/123456789012345%40lid', 'GET /api/contacts/***'],
    ['{"to":"5511999999999-1234567@g.us"}', '{"to":"***"}'],
    ['status@broadcast', 'status@broadcast'],
  ] as const) {
    assert.equal(maskText(text), masked);
  }
});

test('telephone numbers are masked however they are written', () => {
  for (const number of [
    '+55 11 99999-8888',
    '+55 (11) 9 9999-8888',
    '(11) 99999-8888',
    '+1.415.555.2671',
    '5511999998888',
    '11 99999-8888',
    '99999-8888',
    '+49 170 1234567',
  ]) {
    const masked = maskText(`call ${number} now`);
    assert.ok(!/\d/.test(masked), masked);
  }
  fc.assert(
    fc.property(word, digits(8, 15), word, (before, number, after) => {
      assert.ok(!maskText(`${before}${number} ${after}`).includes(number));
    }),
  );
});

test('e-mail addresses and credentials are masked', () => {
  assert.equal(maskText('Key (email)=(ana@example.com)'), 'Key (email)=(***)');
  assert.equal(maskText('amqp://app:s3cret@10.0.0.1:5672 refused'), 'amqp://***@10.0.0.1:5672 refused');
  assert.equal(maskText('sent Authorization: Bearer abc.def-123'), 'sent Authorization: Bearer ***');
});

test('what an operator needs stays: ids, times, hashes, addresses of servers, figures, sealed values', () => {
  for (const text of [
    'saga 01a2072a-ddf4-7884-b9f1-123456789012 stuck',
    'at 2026-11-23T06:49:39.585Z for 1234 ms',
    'connect ECONNREFUSED 127.0.0.1:15432',
    'trace 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'took 1234567.891 ms, 1.24.0, 99 of 1234567',
    'enc:v1:01a2072a-ddf4-7884-b9f1-123456789012:12345678901234567890AAAAAAAAAAAAAAAAAAAAAAAA',
    'evt_01k0x8n3t5v7w9y1a3c5e7g9',
  ]) {
    assert.equal(maskText(text), text);
  }
});

test('long text is cut, and hostile text is done in time', () => {
  assert.ok(maskText('x'.repeat(3_000)).length <= 2_001);
  assert.equal(maskText('one two 5511999998888', 14), 'one two…');
  assert.equal(maskText('one two 11 99999-8888', 18), 'one two…');
  for (const piece of ['1 ', 'a.', '@', '(1', 'a@a.', '11-', '%40', 'f', '://', '2026-']) {
    const started = performance.now();
    maskText(piece.repeat(2_000 / piece.length));
    assert.ok(performance.now() - started < 100, `${piece} takes ${performance.now() - started} ms`);
  }
});
