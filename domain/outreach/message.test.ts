// What can be sent to many: every rule of a message, and delays as durations.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DomainError } from '../kernel/errors.ts';
import { delayDuration, delayMs, delaySchema } from './delay.ts';
import { filledIn, type OutreachMessage, requireSendable } from './message.ts';

const ruleOf = (message: OutreachMessage): string | undefined => {
  try {
    requireSendable(message);
  } catch (error) {
    if (error instanceof DomainError) return error.rule;
    throw error;
  }
  return undefined;
};

test('a message is whole, and every variable is known', () => {
  const file = 'https://files.example/1.jpg';
  const cases: [OutreachMessage, string | undefined][] = [
    [{ type: 'text', content: 'Hello' }, undefined],
    [{ type: 'text', content: ' ' }, 'empty_message'],
    [{ type: 'text', content: 'Hello {{contact.name}}' }, 'variables_in_text'],
    [{ type: 'text', content: 'Hello', mediaUrl: file }, 'media_url_unexpected'],
    [{ type: 'media', content: '' }, 'media_url_missing'],
    [{ type: 'media', content: 'For {{ contact.name }}', mediaUrl: file }, undefined],
    [{ type: 'template', content: '{{contact.custom.plan}} at {{hour}}', variables: { hour: '10' } }, undefined],
    [{ type: 'template', content: 'Hi {{name}', variables: { name: 'x' } }, 'malformed_variables'],
    [{ type: 'template', content: 'Hi {{constructor}}', variables: {} }, 'unknown_variables'],
  ];
  for (const [message, rule] of cases) assert.equal(ruleOf(message), rule, message.content);
  assert.throws(
    () => requireSendable({ type: 'template', content: '{{nick}} {{age}} {{nick}}' }),
    /\{\{nick\}\}, \{\{age\}\}:/,
  );
});

test('a template is filled in for a contact, given values first, or not at all', () => {
  const ana = {
    name: 'Ana $& {{hour}}',
    phone: null,
    email: '',
    language: 'pt-BR',
    timezone: null,
    customFields: { plan: 'gold' },
  };
  const variables = { hour: '10', 'contact.language': 'pt' };
  const of = (content: string): string => filledIn({ content, variables }, ana);
  assert.equal(of('{{ contact.name }}, {{hour}}h, {{contact.language}}'), 'Ana $& {{hour}}, 10h, pt');
  assert.equal(of('No names, {{contact.custom.plan}}'), 'No names, gold');
  for (const name of ['contact.phone', 'contact.email', 'contact.custom.size', 'constructor'])
    assert.throws(() => of(`Hi {{${name}}}`), { rule: 'variable_without_value' }, name);
});

test('a delay has a length, at most a year', () => {
  const delays = [
    [{ amount: 30, unit: 'minutes' }, 'PT30M', 1_800_000],
    [{ amount: 2, unit: 'hours' }, 'PT2H', 7_200_000],
    [{ amount: 3, unit: 'days' }, 'P3D', 259_200_000],
  ] as const;
  for (const [delay, duration, milliseconds] of delays)
    assert.deepEqual([delayDuration(delay), delayMs(delay)], [duration, milliseconds]);
  assert.ok(delaySchema.safeParse({ amount: 365, unit: 'days' }).success);
  assert.ok(!delaySchema.safeParse({ amount: 366, unit: 'days' }).success);
});
