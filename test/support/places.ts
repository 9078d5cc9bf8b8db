// Every place where the product leaves something: tables, the servers' files, what the broker carries, Temporal's histories, logs, metrics. Read as text,
// to be searched for what must not be there.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import amqp from 'amqplib';
import pg from 'pg';
import { connectTemporal } from '../../platform/temporal.ts';
import { exchangesOf, queuesOf } from '../../workers/amqp/topology.ts';
import { consumerRows } from '../../workers/consumers/rows.ts';
import type { ProcessName, RunningProduct } from './running-product.ts';

/** One place's text. */
export type Place = { readonly place: string; readonly text: string };
/** What was searched for and where it was found. */
export type Hit = { readonly place: string; readonly needle: string };

/** Which needles stand in which places. */
export function search(places: readonly Place[], needles: readonly string[]): Hit[] {
  return places.flatMap(({ place, text }) =>
    needles.filter((needle) => text.includes(needle)).map((needle) => ({ place, needle })),
  );
}

/** All rows of all tables, each table's as one text. */
export async function tablePlaces(product: Pick<RunningProduct, 'stack'>): Promise<Place[]> {
  const client = new pg.Client({ connectionString: product.stack.adminUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const places: Place[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query<{ line: string }>(
        `select row_to_json(one)::text as line from only ${name} one`,
      );
      places.push({ place: `table ${name}`, text: rows.map(({ line }) => line).join('\n') });
    }
    return places;
  } finally {
    await client.end();
  }
}

/** A folder of files; `place` is what its files are called by. */
export type Folder = { readonly place: string; readonly path: string };

/**
 * Where the test servers keep their files: postgres, rabbitmq and temporal. TEST_SERVER_FILES says it, as whoever started the servers does; `elsewhere`
 * (undefined here) only for servers that somebody else has started on another machine. Throws when it can't be looked into: not to search must not look like finding nothing.
 */
export async function serverFolders(product: RunningProduct): Promise<readonly Folder[] | undefined> {
  const files = process.env['TEST_SERVER_FILES'];
  if (files === 'elsewhere') return undefined;
  if (!files)
    throw new Error(
      'TEST_SERVER_FILES is not set: the folder of the test servers with postgres/, rabbitmq/ and temporal/ in it, or `elsewhere` if it can not be reached.',
    );
  const client = new pg.Client({ connectionString: product.stack.adminUrl });
  await client.connect();
  try {
    await client.query('checkpoint');
    const { rows } = await client.query<{ data: string }>('select setting as data from pg_settings where name = $1', [
      'data_directory',
    ]);
    // Logs and data of each; PostgreSQL's data may have had to go elsewhere.
    const folders = ['postgres', 'rabbitmq', 'temporal'].map((place) => ({ place, path: path.join(files, place) }));
    const data = { place: 'postgres', path: rows[0]?.data ?? '' };
    if (!data.path.startsWith(path.resolve(files) + path.sep)) folders.push(data);
    for (const folder of folders)
      if (readdirSync(folder.path).length === 0)
        throw new Error(`The folder ${folder.path} of ${folder.place} is empty.`);
    return folders;
  } finally {
    await client.end();
  }
}

/** Which needles stand in the files under a folder, by grep: the files of databases, write-ahead logs and the servers' own logs. */
export async function searchFiles({ place, path: folder }: Folder, needles: readonly string[]): Promise<Hit[]> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'needles-'));
  const list = path.join(scratch, 'needles');
  // By file: an argument would be in the list of processes.
  writeFileSync(list, needles.join('\n'));
  const args = ['--recursive', '--text', '--only-matching', '--fixed-strings', '--file', list, '--no-messages', folder];
  const found = await new Promise<string>((resolve, reject) => {
    execFile('grep', args, { maxBuffer: 64 << 20, encoding: 'latin1' }, (error, stdout) => {
      // 1: nothing found; 2: a file went away meanwhile.
      if (error && typeof error.code !== 'number') reject(error);
      else resolve(stdout);
    });
  });
  rmSync(scratch, { recursive: true });
  const lines = [...new Set(found.split('\n').filter(Boolean))];
  return lines.map((line) => {
    const at = line.lastIndexOf(':');
    return { place: path.join(place, path.relative(folder, line.slice(0, at))), needle: line.slice(at + 1) };
  });
}

/** Collects whole messages, properties and all: what goes through the exchanges, the dead letters too. */
export async function tapEverything(product: RunningProduct): Promise<{ place(): Place; close(): Promise<void> }> {
  const { config } = product.stack;
  const naming = { prefix: config.AMQP_PREFIX, exchange: config.AMQP_EXCHANGE };
  const model = await amqp.connect(config.AMQP_URL);
  model.on('error', () => undefined);
  const channel = await model.createChannel();
  const { queue } = await channel.assertQueue(`${config.AMQP_PREFIX}canary-tap`, { autoDelete: true });
  const { events, dead } = exchangesOf(naming);
  await channel.bindQueue(queue, events, '#');
  for (const [name, row] of Object.entries(consumerRows))
    await channel.bindQueue(queue, dead, queuesOf(naming.prefix, { ...row, name }).queue);
  const seen: string[] = [];
  await channel.consume(
    queue,
    (message) => {
      if (message)
        seen.push(
          `${JSON.stringify(message.fields)} ${JSON.stringify(message.properties)} ${message.content.toString()}`,
        );
    },
    { noAck: true },
  );
  return { place: () => ({ place: 'broker', text: seen.join('\n') }), close: () => model.close() };
}

/** The histories of all workflows of the product's task queue, payloads as the server has them: base64 undone, nothing decrypted. */
export async function historyPlaces(product: RunningProduct): Promise<Place[]> {
  const temporal = await connectTemporal(product.stack.config);
  try {
    const places: Place[] = [];
    const query = `TaskQueue = '${product.stack.taskQueue}'`;
    for await (const { workflowId, runId } of temporal.client.workflow.list({ query })) {
      const history = await temporal.client.workflow.getHandle(workflowId, runId).fetchHistory();
      const text = JSON.stringify(history, (_key, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
      );
      const described = await temporal.client.workflow.getHandle(workflowId, runId).describe();
      places.push({
        place: `history of ${workflowId}`,
        text: `${workflowId} ${text} ${JSON.stringify(described.raw)}`,
      });
    }
    return places;
  } finally {
    await temporal.close();
  }
}

/** What our processes have printed, and their metrics. */
export async function processPlaces(product: RunningProduct): Promise<Place[]> {
  const names: ProcessName[] = ['api', 'worker', 'relay', 'consumer'];
  const metrics = names.map(async (name) => {
    const answer = await fetch(`${product.url(name)}/metrics`, {
      headers: { authorization: `Bearer ${product.demo.apiKey}` },
    });
    return { place: `metrics of ${name}`, text: `${answer.status}\n${await answer.text()}` };
  });
  return [
    ...names.map((name) => ({ place: `log of ${name}`, text: product.output(name) })),
    ...(await Promise.all(metrics)),
  ];
}
