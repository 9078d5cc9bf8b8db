// Message ids: every form of one message gives the same inner id.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatMessageId, parseMessageId } from './ids.ts';

test('the full form says whose, where and who', () => {
  const id = parseMessageId('false_120363000000000201@g.us_3A77_200000000000104:2@lid');
  assert.equal(id?.innerId, '3A77');
  assert.equal(id?.fromMe, false);
  assert.equal(id?.chat?.address, '120363000000000201@g.us');
  assert.equal(id?.participant?.address, '200000000000104@lid');
});

test('all forms of one message have one inner id', () => {
  const forms = [
    '3A77',
    ' 3A77 ',
    'false_5521900000102@c.us_3A77',
    'true_200000000000102@lid_3A77',
    'true_5521900000102@c.us_3A77_out',
    'false_status@broadcast_3A77_5521900000102@c.us',
    'false_345@newsletter_3A77',
    'false_5521900000102@c.us_3A77[_participant]',
    'false_5521900000102:3@c.us_3A77',
    'false_5521900000102@unknown.server_3A77',
  ];
  for (const form of forms) assert.equal(parseMessageId(form)?.innerId, '3A77', form);
});

test('an inner id may hold underscores', () => {
  assert.equal(parseMessageId('true_5521900000102@c.us_3A_77')?.innerId, '3A_77');
});

test('what holds no inner id is no message id', () => {
  const strangers = ['', '   ', 'true_5521900000102@c.us_', 'true_5521900000102@c.us', 'a b', 'x@c.us', 'a\u0000b'];
  for (const text of [...strangers, null, undefined, 7, {}, [], 'x'.repeat(5000)]) {
    assert.equal(parseMessageId(text), undefined, String(text));
  }
});

test('any inner id survives being wrapped', () => {
  const inner = fc.stringMatching(/^[0-9A-F]{1,40}$/);
  const chat = fc.constantFrom('5521900000102@c.us', '200000000000102@lid', '1@g.us', 'status@broadcast');
  fc.assert(
    fc.property(inner, chat, fc.boolean(), fc.constantFrom('', '200000000000104@lid'), (innerId, where, own, who) => {
      const text = formatMessageId({ innerId, fromMe: own, chat: where, ...(who && { participant: who }) });
      assert.equal(text, `${own}_${where}_${innerId}${who && `_${who}`}`);
      const parsed = parseMessageId(text);
      assert.equal(parsed?.innerId, innerId);
      assert.equal(parsed?.chat?.address, where);
      assert.equal(parsed?.fromMe, own);
    }),
  );
});
