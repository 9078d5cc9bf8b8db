// What counts as public: https to names and addresses outside, in any way of writing them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyNotPublic } from './public-address.ts';

test('takes https to the outside', () => {
  for (const address of [
    'https://hooks.shop.com.br/in?key=1',
    'https://shop.com:8443/x',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
  ])
    assert.equal(whyNotPublic(address), undefined, address);
});

test('refuses what leads inside, however it is written', () => {
  for (const address of [
    'https://localhost/',
    'https://LOCALHOST./',
    'https://db/',
    'https://metadata.google.internal/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://10.1.2.3/',
    'https://172.31.255.255/',
    'https://169.254.169.254/latest',
    'https://192.168.0.1/',
    'https://100.64.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
  ])
    assert.equal(whyNotPublic(address), 'must lead to the public internet', address);
});

test('says what else is wrong', () => {
  assert.match(String(whyNotPublic('shop.com/hook')), /like https/);
  assert.match(String(whyNotPublic('http://shop.com/')), /https:\/\//);
  assert.match(String(whyNotPublic('ftp://shop.com/', true)), /https:\/\//);
  assert.match(String(whyNotPublic('https://ana:secret@shop.com/', true)), /header/);
  assert.match(String(whyNotPublic('https://shop.com/#x')), /#/);
});

test('in development one’s own network will do', () => {
  assert.equal(whyNotPublic('http://127.0.0.1:4000/hook', true), undefined);
});
