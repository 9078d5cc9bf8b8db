// The gate lets optional fields in and nothing else, names event and field, and holds for the catalogue as it is.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { eventRow } from '../../domain/catalog.ts';
import { eventSchema } from '../../domain/event-schema.ts';
import { gateProblems, incompatibilities } from './compatibility.ts';

const base = z.object({
  id: z.uuid(),
  name: z.string(),
  note: z.string().optional(),
  kinds: z.array(z.enum(['a', 'b'])),
});
const json = (schema: z.ZodType): string => JSON.stringify(z.toJSONSchema(schema, { io: 'input' }));
const changes = (after: z.ZodType): string[] => incompatibilities(JSON.parse(json(base)), JSON.parse(json(after)));

describe('the compatibility gate', () => {
  it('lets an optional field in, also inside another, and other words', () => {
    assert.deepEqual(changes(base), []);
    assert.deepEqual(changes(base.extend({ more: z.string().optional() }).describe('Said otherwise.')), []);
    const nested = z.object({ name: z.object({ display: z.string() }) });
    const wider = z.object({ name: z.object({ display: z.string(), given: z.string().optional() }) });
    assert.deepEqual(incompatibilities(JSON.parse(json(nested)), JSON.parse(json(wider))), []);
  });

  for (const [what, after, expected] of [
    ['a removed field', base.omit({ note: true }), /^"note" is gone$/],
    ['a new demanded field', base.extend({ more: z.string() }), /^"more" is new and not optional$/],
    ['a field demanded now', base.required({ note: true }), /^"note" was optional/],
    ['a field optional now', base.partial({ name: true }), /^"name" was always there/],
    ['another type', base.extend({ name: z.number() }), /^"name" has other values: .*string.*number/],
    ['a further value', base.extend({ kinds: z.array(z.enum(['a', 'b', 'c'])) }), /^"kinds\.\*" has other values/],
    ['a narrower text', base.extend({ name: z.string().max(10) }), /^"name" has other values/],
  ] as const)
    it(`refuses ${what}`, () => {
      const [first, ...others] = changes(after);
      assert.match(first ?? '', expected);
      assert.deepEqual(others, []);
    });

  it('names the event, and says what to do', () => {
    const file = 'schemas/thing.made.v2.json';
    const [line] = gateProblems(file, json(base), json(base.omit({ name: true })));
    assert.match(line ?? '', /^thing\.made v2: "name" is gone\. Make it an optional field, or raise the version/);
    assert.match(
      gateProblems(file, json(base), undefined)[0] ?? '',
      /^thing\.made v2 is gone, but such events are stored/,
    );
  });
});

describe('the changes that needed a version', () => {
  /** What the gate would have said, had the second version's data stood in the first. */
  const refused = (type: string): string[] => {
    const row = eventRow(type);
    assert.ok(row);
    const [first, second] = [1, 2].map((version) => JSON.stringify(eventSchema(row, version)));
    return gateProblems(`schemas/${type}.v1.json`, first ?? '', second);
  };

  for (const [type, ...expected] of [
    [
      'contact.created',
      /^contact\.created v1: "name" has other values: .*Make it an optional field, or raise the version/,
    ],
    [
      'message.created',
      /^message\.created v1: "messageType" is new and not optional/,
      /^message\.created v1: "channelId" is new and not optional/,
    ],
    ['session.ended', /^session\.ended v1: "messageIds" is gone/],
  ] as const)
    it(`${type}: without one it is refused`, () => {
      const lines = refused(type);
      assert.ok(lines.length >= expected.length);
      for (const pattern of expected)
        assert.ok(
          lines.some((line) => pattern.test(line)),
          lines.join('\n'),
        );
    });
});
