// Errors made safe: no values of PostgreSQL, zod or Temporal in what is left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { CryptoError } from './crypto/crypto-error.ts';
import { safeError, wordlessError } from './safe-error.ts';

const thrownBy = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
};
const sqlError = (code: string, message: string) =>
  Object.assign(new Error(message), {
    severity: 'ERROR',
    code,
    detail: 'Key (email)=(canary) already exists.',
    where: 'canary',
    internalQuery: 'canary',
    hint: 'canary',
    table: 'contacts',
    constraint: 'contacts_email_key',
  });

test('a database error keeps its code, table and constraint, and loses every value', () => {
  const error = sqlError('23505', 'duplicate key value violates unique constraint "contacts_email_key"');
  assert.deepEqual(safeError(error), {
    type: 'Error',
    code: '23505',
    message: 'duplicate key value violates unique constraint "contacts_email_key"',
    table: 'contacts',
    constraint: 'contacts_email_key',
  });
  const quoting = safeError(sqlError('22P02', 'invalid input syntax for type integer: "canary "quoted" canary"'));
  assert.equal(quoting.message, 'invalid input syntax for type integer: "***"');
});

test('a failed query of the query builder tells its cause, not its parameters', () => {
  const cause = sqlError('40001', 'could not serialize access due to concurrent update');
  const error = Object.assign(new Error('Failed query: insert …\nparams: canary', { cause }), {
    query: 'insert',
    params: ['canary'],
  });
  const safe = safeError(error);
  assert.equal(safe.message, 'A query failed.');
  assert.equal(safe.cause?.code, '40001');
  assert.ok(!JSON.stringify(safe).includes('canary'));
});

test('a schema error tells places and kinds only', () => {
  const schema = z.strictObject({ contact: z.object({ age: z.number() }), kind: z.enum(['a', 'b']) });
  const error = thrownBy(() => schema.parse({ contact: { age: 'canary' }, kind: 'canary', canary: 1 }));
  const safe = safeError(error);
  assert.match(safe.message, /contact\.age: invalid_type.*kind: invalid_value.*\(root\): unrecognized_keys/);
  assert.ok(!JSON.stringify(safe).includes('canary'));
  assert.equal(safe.stack, undefined);
});

test('errors that quote what they were given lose the quote', () => {
  const quoting = [
    thrownBy(() => JSON.parse('{"name": canary}')),
    thrownBy(() => JSON.parse('canary')),
    thrownBy(() => Buffer.from(1 as unknown as string, 'canary' as BufferEncoding)),
    thrownBy(() => Buffer.alloc('canary' as unknown as number)),
    thrownBy(() => assert.equal('canary', 'x')),
    new Error('no answer from 5511999998888@c.us'),
  ];
  for (const error of quoting) assert.doesNotMatch(JSON.stringify(safeError(error)), /canary|5511999998888/);
});

test('only errors nobody expected show where they come from, without their message line and our folder', () => {
  assert.equal(safeError(new CryptoError('wrong_key', 'x')).stack, undefined);
  assert.equal(safeError(sqlError('57P01', 'terminating connection')).stack, undefined);
  const unexpected = thrownBy(() => (undefined as unknown as { canary: () => void }).canary());
  const stack = safeError(unexpected).stack ?? [];
  assert.match(stack[0] ?? '', /platform\/safe-error\.test\.ts/);
  assert.ok(stack.every((line) => line.startsWith('at ') && !line.includes(process.cwd())));
  const multiline = new Error('first\n    canary line');
  assert.ok((safeError(multiline).stack ?? []).every((line) => !line.includes('canary')));
});

test('causes and several errors are followed, endless chains are cut', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED ::1:5432'), { code: 'ECONNREFUSED' });
  const several = safeError(new AggregateError([refused, refused], ''));
  assert.deepEqual(
    several.errors?.map((each) => each.code),
    ['ECONNREFUSED', 'ECONNREFUSED'],
  );
  const endless = new Error('endless');
  endless.cause = endless;
  assert.ok(JSON.stringify(safeError(endless)).length < 20_000);
});

test('anything can be thrown', () => {
  const hostile = new Error('x');
  Object.defineProperty(hostile, 'code', {
    get: () => {
      throw new Error('canary');
    },
  });
  for (const thrown of [undefined, null, 7, { canary: 'canary' }, 'text 5511999998888', hostile]) {
    const safe = safeError(thrown);
    assert.equal(typeof safe.message, 'string');
    assert.doesNotMatch(JSON.stringify(safe), /canary|5511999998888/);
  }
});

test('an error of our own keeps its message, and tells the places where data is wrong', () => {
  const ours = (issues: object[]) =>
    Object.assign(new Error('Ask the gateway first.'), { code: 'precondition_failed', issues });
  assert.equal(safeError(ours([])).message, 'Ask the gateway first.');
  assert.match(safeError(ours([{ path: ['phone'], message: 'must be a number' }])).message, /^Invalid data at phone/);
});

test('without words: what nobody thought of keeps type and place only, what has a code keeps its message', () => {
  const cause = new TypeError('Cannot read "Oi, Ana"');
  const told = wordlessError(new Error('could not store: Oi, Ana', { cause }));
  assert.doesNotMatch(JSON.stringify(told), /Ana/);
  assert.deepEqual([told.type, told.cause?.type], ['Error', 'TypeError']);
  assert.ok((told.stack?.length ?? 0) > 0);
  assert.doesNotMatch(JSON.stringify(wordlessError('Oi, Ana')), /Ana/);
  const known = Object.assign(new Error('The gateway is away.'), { code: 'unavailable' });
  assert.equal(wordlessError(known).message, 'The gateway is away.');
});
