// One address for one channel, however the base is written.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webhookUrl } from './webhook-url.ts';

test('a slash at the end of the base makes no other address', () => {
  for (const base of ['https://api.example/crm', 'https://api.example/crm/', 'https://api.example/crm//'])
    assert.equal(webhookUrl(base, 'one'), 'https://api.example/crm/v1/webhooks/waha/one');
});
