// 64 writers of one thing at once, over HTTP: what was answered as done is what was done, numbered without a gap, and all else was told 409.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { done } from '../support/answers.ts';
import { startTestApi, type TestApi } from '../support/api.ts';

const writers = 64;
let api: TestApi;
let admin: pg.Client;
before(async () => {
  api = await startTestApi('many_writers', { API_RATE_LIMIT_PER_MINUTE: 1_000_000 });
  admin = new pg.Client({ connectionString: api.stack.adminUrl });
  await admin.connect();
});
after(async () => {
  await admin.end();
  await api.close();
});

/** Each command of each writer tells a text that no other tells; gives those that were answered as done, and what else was answered. */
async function writeAll(
  commandsEach: number,
  command: (text: string) => readonly [method: string, path: string, body: object],
) {
  const acknowledged: string[] = [];
  const refusals: { status: number; code: unknown }[] = [];
  const write = async (writer: number): Promise<void> => {
    for (let index = 0; index < commandsEach; index += 1) {
      const text = `w${writer}-${index}`;
      const [method, path, body] = command(text);
      const { status, json } = await api.call(method, path, { body });
      if (status === 200) acknowledged.push(text);
      else refusals.push({ status, code: json['code'] });
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return { acknowledged, refusals };
}

/** How many commands each writer gives: of one thing 50, of the others, whose way is the same, fewer, for they take their time; `MANY_COMMANDS` gives all as many. */
const commandsOf = (usual: number): number => Number(process.env['MANY_COMMANDS'] ?? usual);

/** The things, whether they live from their events, how a writer changes them, and where the event tells what the writer told. */
const things = {
  contact: {
    commandsEach: commandsOf(50),
    isEventSourced: true,
    make: async () => String((await api.contact())['id']),
    command: (id: string, language: string) => ['PATCH', `/v1/contacts/${id}`, { language }] as const,
    told: { type: 'contact.language_changed', field: 'newLanguage' },
  },
  pipeline: {
    commandsEach: commandsOf(8),
    isEventSourced: true,
    make: async () => {
      const body = { projectId: api.tenant.projectId, name: 'Sales' };
      return String((await done(api.call('POST', '/v1/pipelines', { body })))['id']);
    },
    command: (id: string, description: string) => ['PATCH', `/v1/pipelines/${id}`, { description }] as const,
    told: { type: 'pipeline.updated', field: 'newValue' },
  },
  status: {
    commandsEach: commandsOf(8),
    isEventSourced: false,
    make: async () => {
      const body = { projectId: api.tenant.projectId, name: 'Support' };
      const { id } = await done(api.call('POST', '/v1/pipelines', { body }));
      const status = { name: 'New', statusType: 'open' };
      return String((await done(api.call('POST', `/v1/pipelines/${id}/statuses`, { body: status })))['id']);
    },
    command: (id: string, description: string) => ['PATCH', `/v1/pipeline-statuses/${id}`, { description }] as const,
    told: { type: 'status.updated', field: 'newValue' },
  },
};

describe(`${writers} writers at once`, { concurrency: false }, () => {
  for (const [name, { commandsEach, isEventSourced, make, command, told }] of Object.entries(things))
    test(`${commandsEach} commands each on one ${name}`, async (t) => {
      const id = await make();
      const { acknowledged, refusals } = await writeAll(commandsEach, (text) => command(id, text));
      t.diagnostic(`${acknowledged.length} done, ${refusals.length} refused`);
      assert.equal(acknowledged.length + refusals.length, writers * commandsEach);
      assert.deepEqual(
        refusals.filter(({ status, code }) => status !== 409 || code !== 'version_conflict'),
        [],
      );
      const { rows } = await admin.query<{ sequence: number | string; type: string; data: Record<string, unknown> }>(
        `select aggregate_sequence as sequence, event_type as type, event_data as data from outbox_events where aggregate_id = $1 order by aggregate_sequence`,
        [id],
      );
      assert.deepEqual(
        rows.map(({ sequence }) => Number(sequence)),
        rows.map((_, index) => index + 1),
      );
      const effects = rows.filter(({ type }) => type === told.type).map(({ data }) => data[told.field]);
      assert.deepEqual(effects.toSorted(), acknowledged.toSorted());
      const { rows: stored } = await admin.query<{ count: number }>(
        `select count(*)::int as count from event_store stored join outbox_events sent on sent.event_id = stored.id and sent.aggregate_sequence = stored.sequence_number
         where stored.aggregate_id = $1`,
        [id],
      );
      assert.deepEqual(stored, [{ count: isEventSourced ? rows.length : 0 }]);
    });
});
