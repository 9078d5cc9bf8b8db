// Recorded webhooks: what the parser makes of each of the project's own, and that it copes with every one in FIXTURES_DIR.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { envelope, gatewayEvents } from '../../integrations/waha/contract.ts';
import { parseGatewayEvent } from '../../integrations/waha/parse.ts';
import { hashRawBody } from '../../integrations/waha/signature.ts';
import { ownFixturesDirectory, readFixtures, readWebhookFixtures } from './waha-fixtures.ts';

const receivedAt = '2026-06-09T12:00:00.000Z';
const fixtures = readWebhookFixtures(ownFixturesDirectory);
const expectedFile = join(ownFixturesDirectory, 'expected', 'gateway-events.json');
const expected = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(expectedFile, 'utf8')));

function parse(body: unknown) {
  return parseGatewayEvent(body, { rawHash: hashRawBody(Buffer.from(JSON.stringify(body))), receivedAt });
}

test('every fixture has an expectation and every expectation a fixture', () => {
  assert.deepEqual(fixtures.map((fixture) => fixture.name).sort(), Object.keys(expected).sort());
});

for (const fixture of fixtures) {
  test(`fixture ${fixture.name} becomes what the table says`, () => {
    assert.deepEqual(parse(fixture.body), expected[fixture.name]);
  });
}

test('the fixtures cover every event of the contract', () => {
  const seen = new Set(fixtures.map((fixture) => parse(fixture.body).event));
  assert.deepEqual(
    gatewayEvents.filter((name) => !seen.has(name)),
    [],
  );
});

test('the envelope keeps fields it does not know', () => {
  const parsed = envelope.parse({ event: 'x', session: 's', payload: { a: 1 }, novelty: { b: 2 } });
  assert.deepEqual(parsed['novelty'], { b: 2 });
  assert.deepEqual(parsed.payload, { a: 1 });
});

test('file names and the names inside agree, and no two webhooks share an event id', () => {
  for (const fixture of readFixtures(ownFixturesDirectory))
    assert.match(fixture.shape, /^(webhook|api)-/, fixture.name);
  const ids = fixtures.map((fixture) => parse(fixture.body).eventId);
  assert.equal(new Set(ids).size, ids.length);
});

const foreignDirectory = process.env['FIXTURES_DIR'];
test('further recorded payloads (FIXTURES_DIR) are understood', { skip: foreignDirectory === undefined }, () => {
  const foreign = readWebhookFixtures(foreignDirectory ?? '');
  assert.ok(
    foreign.length > 0,
    'FIXTURES_DIR holds no webhook payloads ({ kind: "webhook-event" | "webhook-http-capture", value })',
  );
  for (const fixture of foreign) {
    const event = parse(fixture.body);
    const reason = event.kind === 'other' ? event.reason : '';
    // Excerpts of documentation may lack the id; nothing else may be beyond the parser.
    assert.ok(['', 'message has no usable id'].includes(reason), `${fixture.name}: ${reason}`);
  }
});
