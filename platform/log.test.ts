// The log: no personal field and no raw error message comes out, in whatever way pino is called.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { createLogger, type Logger } from './log.ts';
import { createTemporalLog } from './temporal-log.ts';

const PHONE = '5511999998888';
const NAME = 'kanarienvogel';

function capture(context?: () => object): { log: Logger; lines: () => Record<string, unknown>[]; text: () => string } {
  let written = '';
  const destination = {
    write(line: string) {
      written += line;
    },
  };
  const log = createLogger({
    name: 'test',
    level: 'trace',
    personalFields: ['name', 'body'],
    destination,
    ...(context ? { context } : {}),
  });
  const lines = () =>
    written
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, lines, text: () => written };
}

test('a line has time, level in words, process, message and fields', () => {
  const { log, lines } = capture();
  log.info({ count: 3 }, 'relay caught up');
  const [line] = lines();
  assert.match(String(line?.['time']), /^\d{4}-\d\d-\d\dT/);
  assert.deepEqual(
    { ...line, time: 0 },
    { level: 'info', time: 0, process: 'test', pid: process.pid, count: 3, msg: 'relay caught up' },
  );
});

test('personal data comes out in no way of calling the logger', () => {
  const { log, lines, text } = capture(() => ({ saga: { name: NAME }, note: `to ${PHONE}` }));
  const error = Object.assign(new Error(`no contact ${PHONE}`), { detail: NAME, cause: { name: NAME } });
  const person = { name: NAME, deep: [{ body: { text: NAME } }] };
  log.info(`from ${PHONE}@c.us`);
  log.info('from %s and %o', PHONE, person);
  (log.info as (...args: unknown[]) => void)('from %s', PHONE, person, error);
  log.info(person);
  log.info(person, `to ${PHONE}`);
  log.info({ contact: person, list: [person] }, 'to %s', PHONE);
  log.error(error);
  log.error(error, 'failed for %s', PHONE);
  log.error({ err: error });
  log.error({ error, deep: { error } }, 'failed');
  log.error({ err: { message: `plain ${PHONE}`, stack: PHONE, name: NAME } });
  log.error(runInNewContext('new Error(text)', { text: PHONE }));
  log.error({ err: runInNewContext('new TypeError(text)', { text: PHONE }) });
  log.child({ name: NAME, contact: person, to: `${PHONE}@lid` }).info('child');
  log.child({ a: 1 }).child({ contact: person }, { msgPrefix: 'x ' }).warn(error);
  (log.info as (...args: unknown[]) => void)(undefined, PHONE);
  (log.info as (...args: unknown[]) => void)(null, PHONE);
  const bound = log.child({});
  bound.setBindings({ contact: person });
  bound.fatal(person);
  assert.equal(lines().length, 18);
  assert.doesNotMatch(text(), new RegExp(`${PHONE}|${NAME}`));
});

test('an error alone gives its message, its code and no stack when it was expected', () => {
  const { log, lines } = capture();
  log.error(Object.assign(new Error('the broker is away'), { code: 'ECONNREFUSED' }));
  const [line] = lines();
  assert.equal(line?.['msg'], 'the broker is away');
  assert.deepEqual(line?.['err'], { type: 'Error', message: 'the broker is away', code: 'ECONNREFUSED' });
});

test('a message with a percent sign, and levels below the threshold', () => {
  const { log, lines } = capture();
  log.info('100 %s done, %d%%');
  log.level = 'error';
  log.info('not written');
  assert.deepEqual(
    lines().map((line) => line['msg']),
    ['100 %s done, %d%%'],
  );
});

test('canaries planted anywhere in fields never come out', () => {
  const { log, text } = capture();
  const key = fc.constantFrom('name', 'body', 'contact', 'data', 'err', 'msg', 'a.b', '0');
  const leaf = fc.constantFrom<unknown>(`tel ${PHONE}`, `${PHONE}@c.us`, 7, null, new Error(`of ${PHONE}`), true);
  const tree = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 6 },
      leaf,
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(key, tie('node'), { maxKeys: 3 }),
    ),
  })).node;
  const plant = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(plant);
    if (typeof node !== 'object' || node === null || node instanceof Error) return node;
    const entries = Object.entries(node).map(([name, value]) => [name, plant(value)]);
    return { ...Object.fromEntries(entries), name: NAME, body: [NAME] };
  };
  fc.assert(
    fc.property(fc.dictionary(key, tree), fc.boolean(), (fields, asChild) => {
      const planted = plant(fields) as object;
      if (asChild) log.child({ planted }).info('x');
      else log.info(planted, `about ${PHONE}`);
    }),
    { numRuns: 200 },
  );
  assert.ok(text().length > 10_000);
  assert.doesNotMatch(text(), new RegExp(`${PHONE}|${NAME}`));
});

test("the Temporal SDK's lines are sanitised and keep their level", () => {
  const { log, lines, text } = capture();
  const sdk = createTemporalLog(log);
  sdk.warn('Activity failed', { activityType: 'store', error: Object.assign(new Error(PHONE), { code: 'x' }) });
  sdk.log('DEBUG', 'polled', { taskQueue: 'q' });
  assert.deepEqual(
    lines().map(({ level, component, msg }) => ({ level, component, msg })),
    [
      { level: 'warn', component: 'temporal', msg: 'Activity failed' },
      { level: 'debug', component: 'temporal', msg: 'polled' },
    ],
  );
  assert.ok(!text().includes(PHONE));
});
