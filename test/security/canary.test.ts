// Canaries: a value of its own in every personal place, through the real processes, also where steps fail and input is refused; then everything that is
// kept or said anywhere is searched for them. Beside them values that are not personal, which must be found: a search that finds nothing proves nothing.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { inboundCorrelationId, messageKey } from '../../intake/message-key.ts';
import { signBody } from '../../integrations/waha/signature.ts';
import { eventually } from '../support/eventually.ts';
import { peopleCanaries, plantPeople } from '../support/people-canaries.ts';
import {
  type Folder,
  type Hit,
  historyPlaces,
  processPlaces,
  search,
  searchFiles,
  serverFolders,
  tablePlaces,
  tapEverything,
} from '../support/places.ts';
import { listAll } from '../support/rows.ts';
import { type RunningProduct, startRunningProduct } from '../support/running-product.ts';

const word = (what: string): string => `cnry${what}${randomBytes(6).toString('hex')}`;
const digits = (length: number): string => Array.from(randomBytes(length), (byte) => byte % 10).join('');
const phone = (): string => `55119${digits(8)}`;
const lid = (): string => `18${digits(13)}`;

const people = peopleCanaries(word);
/** What must be found nowhere. */
const personal = {
  pushName: word('pushname'),
  phone: phone(),
  lid: lid(),
  body: word('body'),
  failingBody: word('failing'),
  failingDatabase: word('faildb'),
  failingAlways: word('failalways'),
  failingPhone: phone(),
  failingName: word('failname'),
  caption: word('caption'),
  mediaUrl: word('mediaurl'),
  filename: word('filename'),
  voiceUrl: word('voiceurl'),
  place: word('place'),
  address: word('address'),
  card: word('card'),
  cardPhone: phone(),
  quoted: word('quoted'),
  edited: word('edited'),
  memberPhone: phone(),
  memberLid: lid(),
  groupBody: word('groupbody'),
  reactorPhone: phone(),
  waitingEdit: word('waitingedit'),
  statusPost: word('status'),
  unknownEvent: word('unknown'),
  wrongSignature: word('wrongsig'),
  notJson: word('notjson'),
  notAnObject: word('notobject'),
  apiName: word('apiname'),
  apiNewName: word('apinewname'),
  apiEmail: `${word('email')}@example.com`,
  apiPhone: phone(),
  refusedEmail: word('refusedemail'),
  refusedName: word('refusedname'),
  askedPhone: phone(),
  askedEmail: `${word('askedemail')}@example.com`,
  sentText: word('senttext'),
  sentUrl: word('senturl'),
  sentFilename: word('sentfile'),
  lostText: word('losttext'),
  shopText: word('shoptext'),
  ...people.personal,
};
const canaries = (): string[] => [...Object.values(personal), ...Object.values(people.secret)];
/** Not personal: must be found wherever the search looks. */
const marker = `mrkr${randomBytes(6).toString('hex')}`;

let product: RunningProduct;
let tap: Awaited<ReturnType<typeof tapEverything>>;
let messageId: string;

const post = (event: string, payload: unknown, more: object = {}) =>
  product.callSandbox('POST', 'sandbox/events', { session: 'default', event, payload, wait: true, ...more });
let minted = 0;
const newInnerId = (): string => {
  minted += 1;
  return `3EB0${randomBytes(7).toString('hex').toUpperCase()}${String(minted).padStart(2, '0')}`;
};

/** A customer's message, as the GOWS engine writes it. */
async function write(more: {
  body?: string | null;
  pushName?: string;
  phone?: string;
  lid?: string;
  chat?: string;
  [field: string]: unknown;
}): Promise<string> {
  const {
    pushName = personal.pushName,
    phone: number = personal.phone,
    lid: hidden = personal.lid,
    chat,
    ...fields
  } = more;
  const from = `${number}@c.us`;
  const innerId = newInnerId();
  const Info = {
    Chat: chat ?? from,
    Sender: from,
    SenderAlt: `${hidden}@lid`,
    IsFromMe: false,
    IsGroup: chat !== undefined,
    ID: innerId,
    PushName: pushName,
  };
  const message = {
    id: chat ? `false_${chat}_${innerId}_${from}` : `false_${from}_${innerId}`,
    timestamp: Math.floor(Date.now() / 1000),
    from: chat ?? from,
    fromMe: false,
    participant: chat ? from : null,
    body: null,
    hasMedia: false,
    ...fields,
    _data: { Info, Message: { conversation: fields.body ?? '' } },
  };
  await post('message.any', message);
  return innerId;
}

async function plantAtIntake(): Promise<void> {
  const { phone: number } = personal;
  const innerId = await write({ body: personal.body, replyTo: { id: 'AAAA', body: personal.quoted } });
  const media = (name: string, mimetype: string) => ({ url: `https://files.example.com/${name}`, mimetype });
  await write({
    body: personal.caption,
    hasMedia: true,
    media: { ...media(personal.mediaUrl, 'image/jpeg'), filename: personal.filename },
  });
  await write({ hasMedia: true, media: media(personal.voiceUrl, 'audio/ogg; codecs=opus') });
  await write({ location: { latitude: '-23.5', longitude: '-46.6', name: personal.place, address: personal.address } });
  await write({
    vCards: [`BEGIN:VCARD\nFN:${personal.card}\nTEL;waid=${personal.cardPhone}:+${personal.cardPhone}\nEND:VCARD`],
  });
  const base = { timestamp: Math.floor(Date.now() / 1000), from: `${number}@c.us`, fromMe: false };
  await post('message.edited', {
    ...base,
    id: `false_${number}@c.us_${newInnerId()}`,
    editedMessageId: innerId,
    body: personal.edited,
  });
  // Its message never comes: it waits.
  await post('message.edited', {
    ...base,
    id: `false_${number}@c.us_${newInnerId()}`,
    editedMessageId: newInnerId(),
    body: personal.waitingEdit,
  });
  const group = `1203630000${digits(8)}@g.us`;
  const participants = [{ id: `${personal.memberLid}@lid`, pn: `${personal.memberPhone}@c.us`, role: 'participant' }];
  await post('group.v2.join', { timestamp: base.timestamp, group: { id: group, subject: 'Feira', participants } });
  const inGroup = await write({ chat: group, body: personal.groupBody });
  const reactor = `${personal.reactorPhone}@c.us`;
  const reaction = { text: '👍', messageId: inGroup };
  await post('message.reaction', {
    ...base,
    id: `false_${group}_${newInnerId()}_${reactor}`,
    from: group,
    participant: reactor,
    reaction,
  });
  await post('message.any', {
    ...base,
    id: `false_status@broadcast_${newInnerId()}_${number}@c.us`,
    body: personal.statusPost,
    hasMedia: false,
  });
  const own = newInnerId();
  await post('message.any', {
    id: `true_${number}@c.us_${own}`,
    timestamp: base.timestamp,
    from: '5511900000001@c.us',
    to: `${number}@c.us`,
    fromMe: true,
    body: personal.shopText,
    hasMedia: false,
  });
  await post('contacts.update', { about: personal.unknownEvent });
  await post('message', personal.notAnObject);
}

/** What is refused: it must not get into an answer's log or anywhere else. */
async function plantAtTheDoor(): Promise<void> {
  const knock = async (text: string, signature: string): Promise<number> => {
    const headers = {
      'content-type': 'application/json',
      'x-webhook-hmac': signature,
      'x-webhook-hmac-algorithm': 'sha512',
    };
    const address = `${product.apiUrl}/v1/webhooks/waha/${product.demo.channelId}`;
    return (await fetch(address, { method: 'POST', headers, body: text })).status;
  };
  assert.equal(await knock(JSON.stringify({ body: personal.wrongSignature }), '00'.repeat(64)), 401);
  const notJson = `{"event": "message", "payload": "${personal.notJson}`;
  assert.equal(await knock(notJson, signBody(notJson, product.demo.webhookSecret)), 400);
  const { projectId } = product.demo;
  const refused = { projectId, name: personal.refusedName, email: personal.refusedEmail };
  assert.equal((await product.call('POST', '/v1/contacts', refused)).status, 400);
  assert.equal((await product.call('GET', `/v1/contacts?phone=${personal.askedPhone}`)).status, 200);
  assert.equal((await product.call('GET', `/v1/contacts?email=${personal.askedEmail}`)).status, 200);
  assert.equal((await product.call('GET', `/v1/contacts/${personal.askedPhone}`)).status, 400);
}

async function plantByApi(): Promise<void> {
  const { projectId, channelId } = product.demo;
  const body = {
    projectId,
    name: personal.apiName,
    email: personal.apiEmail,
    phone: personal.apiPhone,
    tags: [marker],
  };
  const { status, json } = await product.call('POST', '/v1/contacts', body);
  assert.equal(status, 201, JSON.stringify(json));
  const contactId = String(json['id']);
  // Two contacts with one number: refused by what the database knows.
  assert.equal((await product.call('POST', '/v1/contacts', { ...body, email: undefined })).status, 422);
  assert.equal((await product.call('PATCH', `/v1/contacts/${contactId}`, { name: personal.apiNewName })).status, 200);
  const sent = await product.call('POST', '/v1/messages', { channelId, contactId, text: personal.sentText });
  assert.equal(sent.status, 202, JSON.stringify(sent.json));
  messageId = String(sent.json['id']);
  await eventually(async () => (await product.call('GET', `/v1/messages/${messageId}`)).json['channelMessageId']);
  await product.callSandbox('PUT', 'sandbox/misbehaviour', { failSends: 1 });
  const media = {
    url: `https://files.example.com/${personal.sentUrl}`,
    mimetype: 'application/pdf',
    filename: personal.sentFilename,
  };
  assert.equal(
    (await product.call('POST', '/v1/messages', { channelId, contactId, text: personal.lostText, media })).status,
    202,
  );
}

/** Steps that throw what is personal; the last one is stopped by an operator, and taken back. */
async function plantInFailures(): Promise<void> {
  const who = { pushName: personal.failingName, phone: personal.failingPhone, lid: lid() };
  await write({ ...who, body: `${personal.failingBody} fails twice` });
  await write({ ...who, body: `${personal.failingDatabase} fails in the database` });
  const innerId = await write({ ...who, body: `${personal.failingAlways} fails always` });
  const saga = inboundCorrelationId(messageKey(product.demo.channelId, innerId), 1);
  const stateOf = async (): Promise<unknown> => (await product.call('GET', `/v1/sagas/${saga}`)).json['state'];
  await eventually(async () => (await stateOf()) === 'running', { timeoutMs: 40_000, everyMs: 200 });
  await eventually(() => product.output('worker').split('storeMessage').length > 3);
  const abort = await product.call('POST', `/v1/sagas/${saga}/abort`);
  assert.ok(abort.status < 300, JSON.stringify(abort.json));
  await eventually(async () => (await stateOf()) === 'compensated', { timeoutMs: 60_000, everyMs: 200 });
}

before(async () => {
  const files = { worker: 'test/support/failing-worker.ts' };
  product = await startRunningProduct('canary', { files, environment: { LOG_LEVEL: 'trace' } });
  await product.settle();
  tap = await tapEverything(product);
  await plantAtIntake();
  await plantAtTheDoor();
  await plantByApi();
  await plantPeople(product, people, marker);
  await plantInFailures();
  await product.settle(60_000);
});
after(async () => {
  await tap?.close();
  await product?.stop();
});

/** Names instead of values, so that a failure says which field got where. */
function named(hits: readonly Hit[]): string[] {
  const nameOf = new Map(Object.entries({ ...personal, ...people.secret }).map(([name, value]) => [value, name]));
  return [...new Set(hits.map(({ place, needle }) => `${nameOf.get(needle) ?? needle} in ${place}`))].sort();
}

test('the canaries went in: the API shows them to whoever may see them', async () => {
  const kinds = ['messages', 'contacts', 'chats', 'agents', 'users', 'project-members', 'credentials'];
  const shown = JSON.stringify(await Promise.all(kinds.map((kind) => listAll(product, `/v1/${kind}`))));
  const {
    body: _,
    failingAlways,
    quoted,
    waitingEdit,
    reactorPhone,
    statusPost,
    unknownEvent,
    wrongSignature,
    notJson,
    notAnObject,
    ...visible
  } = personal;
  const { apiName, refusedEmail, refusedName, askedPhone, askedEmail, memberLid, ...expected } = visible;
  const missing = Object.entries(expected).filter(([, value]) => !shown.includes(value));
  assert.deepEqual(
    missing.map(([name]) => name),
    [],
  );
  const refused = [
    failingAlways,
    quoted,
    waitingEdit,
    reactorPhone,
    statusPost,
    unknownEvent,
    wrongSignature,
    notJson,
    notAnObject,
    apiName,
    refusedEmail,
    refusedName,
    askedPhone,
    askedEmail,
    memberLid,
  ];
  assert.equal([...refused, ...Object.values(people.secret)].filter((value) => shown.includes(value)).length, 0);
});

test('tables hold none; the marker is found', async () => {
  const places = await tablePlaces(product);
  assert.ok(search(places, [marker]).length >= 2, 'the state and the outbox hold the tag');
  assert.deepEqual(named(search(places, canaries())), []);
});

test('the broker carried none; the marker is found', () => {
  assert.equal(search([tap.place()], [marker]).length, 1);
  assert.deepEqual(named(search([tap.place()], canaries())), []);
});

test("Temporal's histories hold none; the saga's id is found", async () => {
  const places = await historyPlaces(product);
  assert.ok(places.length > 10, `${places.length} workflows`);
  assert.ok(search(places, [messageId]).length > 0);
  assert.deepEqual(named(search(places, canaries())), []);
});

test('logs and metrics hold none; what they are about is found', async () => {
  const places = await processPlaces(product);
  const found = (place: string, needle: RegExp): void =>
    assert.match(places.find((one) => one.place === place)?.text ?? '', needle, place);
  found('log of worker', /storeMessage/);
  found('log of api', /"process":"api"/);
  for (const name of ['api', 'worker', 'relay', 'consumer'])
    found(`metrics of ${name}`, /^200\n(?:.*\n)*.*process_cpu/);
  assert.deepEqual(named(search(places, canaries())), []);
});

const elsewhere = "TEST_SERVER_FILES says that the servers' files can not be reached";
const searchAll = async (folders: readonly Folder[], needles: readonly string[]): Promise<Hit[]> =>
  (await Promise.all(folders.map((folder) => searchFiles(folder, needles)))).flat();

test("the servers' own files hold none: data, write-ahead logs, logs of database, broker and Temporal", async (t) => {
  const folders = await serverFolders(product);
  if (folders === undefined) return t.skip(elsewhere);
  const hits = await searchAll(folders, [...canaries(), marker, messageId]);
  for (const server of ['postgres', 'rabbitmq', 'temporal'])
    assert.ok(
      hits.some(({ place, needle }) => place.startsWith(server) && (needle === marker || needle === messageId)),
      `the search looks into ${server}`,
    );
  assert.deepEqual(named(hits.filter(({ needle }) => needle !== marker && needle !== messageId)), []);
});

test('a field that is not sealed would be found, in the tables and in the files', async (t) => {
  const client = new pg.Client({ connectionString: product.stack.adminUrl });
  await client.connect();
  const plain = word('plain');
  product.stack.letRowsDiffer('a name is put into a row');
  try {
    await client.query('update contacts set name = $1 where phone is not null', [plain]);
  } finally {
    await client.end();
  }
  assert.deepEqual(
    search(await tablePlaces(product), [plain]).map(({ place }) => place),
    ['table public.contacts'],
  );
  // The broker's and the log's search as well.
  const body = { projectId: product.demo.projectId, name: 'x', tags: [`tag${plain}`] };
  assert.equal((await product.call('POST', '/v1/contacts', body)).status, 201);
  await eventually(() => search([tap.place()], [plain]).length === 1);
  const folders = await serverFolders(product);
  if (folders === undefined) return t.skip(elsewhere);
  const hits = await searchAll(folders, [plain]);
  assert.ok(hits.some(({ place }) => place.startsWith('postgres')));
});
