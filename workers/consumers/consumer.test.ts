// The table of consumers and what derives from it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventRows } from '../../domain/catalog.ts';
import { createIsBound, matchesPattern, patternsOf } from './consumer.ts';
import { allConsumerRows, consumerRows } from './rows.ts';

test('patterns match as the broker matches them', () => {
  const cases: [string, string, boolean][] = [
    ['#', 'a.b.c', true],
    ['a.#', 'a', true],
    ['a.#', 'a.b.c', true],
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', false],
    ['*.b', 'a.b', true],
    ['#.c', 'a.b.c', true],
    ['a.#.c', 'a.c', true],
    ['a.b', 'a.bb', false],
  ];
  for (const [pattern, key, expected] of cases)
    assert.equal(matchesPattern(pattern, key), expected, `${pattern} ${key}`);
});

test('an ordered consumer binds every event of its aggregates, so that a gap means one that is still to come', () => {
  const bound = new Set(patternsOf(consumerRows.waha_message_consumer));
  for (const { type, aggregate } of eventRows) assert.equal(bound.has(type), aggregate === 'message', type);
});

test('every bound type is in the catalogue, and every name fits its key', () => {
  const known = new Set(eventRows.map(({ type }) => type));
  for (const row of allConsumerRows)
    for (const type of patternsOf(row)) assert.ok(known.has(type), `${row.name}: ${type}`);
  for (const [key, row] of Object.entries(consumerRows)) assert.equal(key, row.name);
});

test('a type nobody binds is told from one that somebody does', () => {
  const isBound = createIsBound(allConsumerRows);
  assert.equal(isBound('message.created'), true);
  assert.equal(isBound('nobody.cares'), false);
});
