// What `npm run new` drafts for this very project, and what it refuses, without writing anything; and that a draft is written as a whole or not at all.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { projectDir } from '../stack/paths.ts';
import { draftOf } from './draft.ts';
import { aggregateNames } from './project.ts';
import { scaffold } from './scaffold.ts';
import { camelNameOf, doing, done, nameOf, operationIdOf, pluralOf, Refusal } from './words.ts';

const drafted = (line: string) => {
  const { draft } = scaffold(projectDir, line.split(' '));
  return draft.files().map(({ file, isNew }) => `${isNew ? '+' : '~'} ${file}`);
};
const refusal = (line: string): string => {
  try {
    scaffold(projectDir, line.split(' '));
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  return assert.fail(`${line} was not refused`);
};

describe('npm run new', () => {
  test('an event is a row and a case', () => {
    assert.deepEqual(drafted('event chat.pinned'), ['~ domain/chat/chat.ts', '~ domain/chat/events.ts']);
    const { draft } = scaffold(projectDir, ['event', 'contact.nickname_given', 'nickname:text*']);
    assert.match(
      draft.text('domain/contact/events.ts'),
      /data: z\.object\(\{ contactId: id, nickname: pii\(label\), nicknameGivenAt: at \}\)/,
    );
    assert.match(draft.text('domain/contact/evolve.ts'), /case 'contact\.nickname_given':\n {6}return state;/);
  });

  test('a command brings its event along, its route, its test and its cause', () => {
    assert.deepEqual(drafted('command chat.pin --emits chat.pinned'), [
      '~ api/resources/chats.ts',
      '~ api/routes.ts',
      '~ domain/chat/chat.ts',
      '~ domain/chat/commands.ts',
      '~ domain/chat/events.ts',
      '+ domain/chat/pin.test.ts',
      '~ test/causes/chat.ts',
    ]);
    const { draft } = scaffold(projectDir, [
      'command',
      'chat.pin',
      '--emits',
      'chat.pinned',
      '--internal',
      'told by the gateway',
    ]);
    assert.match(draft.text('api/routes.ts'), /'chat\.pin': internal\('told by the gateway'\),/);
  });

  test('a cause is made where a thing can be made without more; else it is left to do', () => {
    const { left } = scaffold(projectDir, ['command', 'status.rank', '--emits', 'status.ranked']);
    assert.ok(left.some((line) => line.startsWith('how status.ranked comes about')));
    assert.ok(!drafted('command status.rank --emits status.ranked').includes('~ test/causes/pipeline.ts'));
    assert.ok(drafted('command pipeline.pin --emits pipeline.pinned').includes('~ test/causes/pipeline.ts'));
  });

  test('an aggregate is in every list', () => {
    const files = drafted('aggregate sales_order');
    assert.ok(files.length > 20, `${files.length} files`);
    for (const file of [
      '~ domain/catalog.ts',
      '~ db/aggregates.ts',
      '~ db/schema/index.ts',
      '~ api/routes.ts',
      '~ test/causes/index.ts',
    ])
      assert.ok(files.includes(file), file);
    assert.ok(files.some((file) => /^\+ db\/migrations\/\d{4}_sales_orders\.sql$/.test(file)));
  });

  test('events and commands go into most aggregates; the others say why not', () => {
    const names = aggregateNames(draftOf(projectDir));
    const isDrafted = (line: string): boolean => {
      try {
        return drafted(line).length > 0;
      } catch (error) {
        assert.ok(error instanceof Refusal && /\.ts|domain\/|api\//.test(error.message), `${line}: ${error}`);
        return false;
      }
    };
    const events = names.filter((name) => isDrafted(`event ${name}.tried_out`));
    const commands = names.filter((name) =>
      isDrafted(`command ${name}.try_out --emits ${name}.tried_out --internal the:test`),
    );
    assert.ok(
      events.length > names.length / 2 && commands.length > names.length / 3,
      `${events.length}, ${commands.length}`,
    );
  });

  for (const [line, reason] of [
    ['', /^usage: npm run new/],
    ['thing order', /^usage: npm run new/],
    ['event', /Say what to call the event/],
    ['event order.placed', /No aggregate is called order.*There are: project,/],
    ['event contact.created', /contact\.created is there already, in domain\/contact\/events\.ts/],
    ['event contact.Named', /can't name an event/],
    ['event contact.named nickname:string', /"nickname:string" is no field: write name:kind/],
    ['event contact.named a:text a:flag', /The field a is named twice/],
    ['event contact.named --emits x', /--emits is nothing for event: it takes --aggregate, --summary/],
    ['event contact.named --colour red', /Unknown option '--colour'/],
    ['command chat.pin', /Say which event it tells: --emits chat\./],
    ['command chat.close --emits chat.closed', /There is a command chat\.close already/],
    [
      'command chat.shut --emits chat.closed note:text',
      /chat\.closed is there already and says what chat\.shut carries/,
    ],
    ['command chat.shut --emits contact.deleted', /contact\.deleted is no event of a chat/],
    ['command chat.pin.up --emits chat.pinned', /can't name a command/],
    ['command chat.pin --emits chat.pinned --scope all', /--scope all is none/],
    ['command order.place --emits order.placed', /There is no aggregate order/],
    ['aggregate Order', /"Order" can't name an aggregate: write small letters/],
    ['aggregate class', /the code uses this word for something else/],
    ['aggregate contact', /There is an aggregate contact already/],
    ['aggregate raw_event', /makes a table raw_events already/],
    ['aggregate order --family shop', /There is no aggregate shop/],
    ['aggregate order extra', /aggregate takes one name: extra is too much/],
    ['consumer orders --on contact.#', /can't name a consumer/],
    ['consumer workflow_consumer', /Say which events it takes/],
    ['consumer automation_consumer --on contact.#', /There is a consumer automation_consumer already/],
    ['consumer order_consumer --on order.#', /No event fits the pattern "order\.#"/],
    ['consumer order_consumer --on contact.* --ordered', /An ordered consumer takes whole aggregates/],
    ['saga ship_order --on chat.created --steps close', /can't name a saga: write it in camel case/],
    ['saga sendMessage --on chat.created --steps close', /There is a workflow sendMessage already/],
    ['saga closeChat --steps close', /Say what starts it/],
    ['saga closeChat --on chat.created', /Say its steps/],
    ['saga closeChat --on chat.made --steps close', /There is no event chat\.made/],
    ['saga closeChat --on chat.created --steps close:reopen', /There is no command chat\.reopen: make it first/],
    ['saga closeChat --on chat.created --steps add_label', /chat\.add_label carries data/],
    ['saga closeChat --on chat.created --steps close,close', /The step close is named twice/],
    ['saga closeChat --on chat.created --about contact --steps close', /is told of a chat: leave --about out/],
  ] as const)
    test(`"${line}" is refused`, () => assert.match(refusal(line), reason));
});

describe('words', () => {
  test('a name in its forms', () => {
    assert.deepEqual(nameOf('sales_order', 'x'), {
      snake: 'sales_order',
      camel: 'salesOrder',
      pascal: 'SalesOrder',
      kebab: 'sales-order',
      words: 'sales order',
      a: 'a sales order',
    });
    assert.deepEqual([camelNameOf('shipOrder', 'x').snake, nameOf('order', 'x').a], ['ship_order', 'an order']);
    assert.deepEqual(['order', 'box', 'company', 'day', 'branch'].map(pluralOf), [
      'orders',
      'boxes',
      'companies',
      'days',
      'branches',
    ]);
  });
  test('sentences', () => {
    const order = nameOf('order', 'x');
    assert.deepEqual(
      [doing('place'), doing('give_nickname'), doing('try')],
      ['Places', 'Gives the nickname of', 'Tries'],
    );
    assert.deepEqual(
      [done('placed', order), done('nickname_given', order)],
      ['An order was placed.', 'The nickname of an order was given.'],
    );
    assert.deepEqual(
      [operationIdOf('place', order), operationIdOf('give_nickname', order)],
      ['placeOrder', 'giveOrderNickname'],
    );
  });
});

describe('a draft', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'draft-'));
  after(() => rmSync(root, { recursive: true, force: true }));
  const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

  test('is written as a whole', () => {
    writeFileSync(path.join(root, 'list.ts'), 'one\n');
    const draft = draftOf(root);
    draft.edit('list.ts', (text) => `${text}two\n`);
    draft.create('new/file.ts', 'three\n');
    assert.deepEqual([read('list.ts'), existsSync(path.join(root, 'new'))], ['one\n', false]);
    draft.write();
    assert.deepEqual([read('list.ts'), read('new/file.ts')], ['one\ntwo\n', 'three\n']);
  });

  test('is taken back as a whole when a file can not be written', () => {
    const draft = draftOf(root);
    draft.edit('list.ts', (text) => `${text}four\n`);
    draft.create('another.ts', 'five\n');
    // A file stands where the folder would have to be.
    draft.create('list.ts/six.ts', 'six\n');
    assert.throws(() => draft.write(), { code: 'EEXIST' });
    assert.deepEqual([read('list.ts'), existsSync(path.join(root, 'another.ts'))], ['one\ntwo\n', false]);
  });

  test('never overwrites', () => {
    const draft = draftOf(root);
    assert.throws(() => draft.create('list.ts', ''), /list\.ts is there already and is not overwritten/);
    draft.create('once.ts', '');
    assert.throws(() => draft.create('once.ts', ''), Refusal);
    assert.throws(() => draft.edit('nowhere.ts', (text) => text), /nowhere\.ts is not there/);
  });
});
