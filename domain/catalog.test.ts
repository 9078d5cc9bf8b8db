// Completeness of the catalogue: every row has all it needs, and every event comes out of a command of its aggregate.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { arbitraryOf } from '../test/support/arbitrary-command.ts';
import { givenProducers, producersOf, staleProducers } from '../test/support/producers.ts';
import {
  type AggregateType,
  aggregates,
  type EventOf,
  type EventType,
  eventRow,
  eventRows,
  piiFieldNames,
} from './catalog.ts';
import { possibleWebhookNames, webhookNamesOf } from './kernel/define-events.ts';
import { mapPii, piiPaths } from './kernel/pii.ts';

/** Events that carry another name than their aggregate's. */
const otherPrefixes: Record<string, string> = {
  'tracking.message.meta_ads': 'contact',
  'automation_rule.triggered': 'automation',
  'automation_rule.executed': 'automation',
  'automation_rule.failed': 'automation',
};
/** Families whose events go by another name than their own. */
const otherNames: Record<string, string> = {
  billing_account: 'billing',
  subscription: 'billing.subscription',
  invoice: 'billing.invoice',
  usage_meter: 'billing',
};
const nameFormat = /^[a-z][a-z_]*(\.[a-z][a-z_]*)+$/;

describe('catalogue', () => {
  for (const row of eventRows) {
    const { type, family, data, example, webhooks } = row;
    it(`${type} is complete`, () => {
      assert.ok(
        type.startsWith(`${otherNames[family] ?? family}.`) || otherPrefixes[type] === family,
        'is named after its aggregate',
      );
      assert.match(type, nameFormat);
      assert.ok(Number.isInteger(row.version) && row.version >= 1);
      assert.equal(row.older?.length ?? 0, row.version - 1, 'has every version before this one in `older`');
      assert.match(row.summary, /^[A-Z].*\.$/, 'the summary is a sentence');
      assert.deepEqual(data.parse(example), example, 'the example is valid and has no unknown fields');
      const names = possibleWebhookNames(webhooks);
      for (const name of names) assert.match(name, nameFormat);
      for (const name of webhookNamesOf(webhooks, example)) assert.ok(names.includes(name));
      const isKnown = row.aggregate === 'contact' || 'contactId' in (example as object);
      if (row.timeline) assert.ok(isKnown, 'the timeline needs to know the contact');
    });

    it(`${type} has its personal fields where it says`, () => {
      const found: string[] = [];
      const everything = fc.sample(arbitraryOf(data), { numRuns: 30, seed: 1 });
      for (const value of everything)
        mapPii(data, value, (_value, path) => found.push(path.replaceAll(/\b\d+\b/g, '*')));
      assert.deepEqual([...new Set(found)].sort(), piiPaths(data).sort());
    });
  }

  for (const [name, aggregate] of Object.entries(aggregates)) {
    it(`every event of ${name} comes out of a command, and every command is named after it`, () => {
      assert.deepEqual([aggregate.decider.aggregate, aggregate.events.aggregate], [name, name]);
      for (const command of Object.keys(aggregate.commands)) {
        assert.ok(command.startsWith(`${name}.`), command);
        assert.match(command, nameFormat);
      }
      const found = producersOf(name as AggregateType);
      assert.deepEqual([...new Set(Object.values(found).flat())].sort(), Object.keys(aggregate.events.rows).sort());
      const stale = staleProducers(name as AggregateType, givenProducers(), found);
      assert.deepEqual(stale, [], 'docs/generated/producers.json is stale: run `npm run gen -- --producers`');
    });
  }

  it('finds rows by name', () => {
    assert.equal(eventRow('contact.created')?.aggregate, 'contact');
    assert.equal(eventRow('contact.unknown'), undefined);
    assert.equal(new Set(eventRows.map(({ type }) => type)).size, eventRows.length);
    const typed: EventOf<'message.sent'>['type'] & EventType = 'message.sent';
    assert.ok(eventRow(typed));
  });

  it('chooses the webhook name of a message by its direction', () => {
    const webhooks = eventRow('message.created')?.webhooks ?? [];
    assert.deepEqual(webhookNamesOf(webhooks, { fromMe: true }), ['message.created']);
    assert.deepEqual(webhookNamesOf(webhooks, { fromMe: false }), ['message.received']);
  });

  it('names the personal fields of events and commands', () => {
    const names = piiFieldNames();
    for (const name of [
      'name',
      'oldName',
      'phone',
      'email',
      'externalId',
      'participantId',
      'body',
      'media',
      'vcards',
      'result',
    ])
      assert.ok(names.includes(name), name);
    for (const name of ['contactId', 'messageId', 'status', 'createdAt', '*']) assert.ok(!names.includes(name), name);
  });

  it('has schemas that can be written as JSON Schema', () => {
    for (const { type, data } of eventRows) assert.equal(z.toJSONSchema(data).type, 'object', type);
  });
});
