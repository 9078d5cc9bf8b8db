// `npm run raw -- list|show|replay`: the gateway's stored webhooks, through the API. On a running local stack with its demo key, else with
// API_URL and API_KEY from the environment.
import { randomUUID } from 'node:crypto';
import { commandLine, wholeNumber } from './command-line.ts';
import { runningStack } from './up/state-file.ts';

const usage = `usage:
  npm run raw -- list [--status failed] [--kind message] [--channel <id>] [--limit 50]
  npm run raw -- show <id>
  npm run raw -- replay <id> …       one or more
  npm run raw -- replay --status compensated [--kind message]    all that fit

Statuses: stored, started, waiting, processed, duplicate, ignored, compensated, failed.
Without a local stack: API_URL=https://… API_KEY=msk_… npm run raw -- list`;

type Row = {
  id: string;
  arrival: number;
  receivedAt: string;
  eventName: string;
  kind: string;
  status: string;
  lastError: string | null;
};

/** What ends the program with one sentence instead of a stack trace. */
class Refused extends Error {}

const { values, positionals } = commandLine(usage, {
  commands: { help: 0, list: 0, show: 1, replay: Number.POSITIVE_INFINITY },
  options: {
    status: { type: 'string' },
    kind: { type: 'string' },
    channel: { type: 'string' },
    limit: { type: 'string', default: '50' },
  },
});
const [command = 'help', ...ids] = positionals;

try {
  if (command === 'help') console.log(usage);
  else if (command === 'list') for (const row of await list(wholeNumber('--limit', values.limit))) print(row);
  else if (command === 'show' && ids.length === 1) await show(ids[0] ?? '');
  else if (command === 'replay' && (ids.length > 0 || values.status !== undefined)) await replay();
  else throw new Refused(usage);
} catch (error) {
  console.error(error instanceof Refused ? error.message : `The API can not be reached: ${String(error)}`);
  process.exitCode = 1;
}

function target(): { url: string; key: string } {
  const stack = runningStack();
  const url = process.env['API_URL'] ?? stack?.addresses['api'];
  const key = process.env['API_KEY'] ?? stack?.demo?.apiKey;
  if (url && key) return { url: url.replace(/\/+$/, ''), key };
  throw new Refused('No stack is running here. Start one with npm start, or set API_URL and API_KEY.');
}

async function call<T>(method: 'GET' | 'POST', path: string): Promise<T> {
  const { url, key } = target();
  const headers = { authorization: `Bearer ${key}`, ...(method === 'POST' && { 'idempotency-key': randomUUID() }) };
  const answer = await fetch(`${url}${path}`, { method, headers, signal: AbortSignal.timeout(15_000) });
  const json = (await answer.json().catch(() => ({}))) as T & { detail?: string; errors?: { message: string }[] };
  if (answer.ok) return json;
  const problems = (json.errors ?? []).map(({ message }) => message).join('; ');
  throw new Refused(`${answer.status}: ${json.detail ?? 'the API refused'} ${problems}`.trim());
}

async function list(atMost: number): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: String(Math.min(200, atMost - rows.length)) });
    if (values.status) query.set('status', values.status);
    if (values.kind) query.set('kind', values.kind);
    if (values.channel) query.set('channelId', values.channel);
    if (cursor) query.set('cursor', cursor);
    const page: { data: Row[]; nextCursor: string | null } = await call('GET', `/v1/raw-webhooks?${query}`);
    rows.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor && rows.length < atMost);
  return rows;
}

function print({ id, receivedAt, eventName, kind, status, lastError }: Row): void {
  console.log([receivedAt, id, status.padEnd(11), kind.padEnd(14), eventName, lastError ?? ''].join('  ').trimEnd());
}

async function show(id: string): Promise<void> {
  const { body, ...row } = await call<Row & { body: string | null }>(
    'GET',
    `/v1/raw-webhooks/${encodeURIComponent(id)}`,
  );
  console.log(JSON.stringify(row, null, 2));
  console.log(body === null ? '(the body was erased)' : body);
}

async function replay(): Promise<void> {
  // Named first, then replayed: what a replay changes must not shift the list it is taken from.
  const wanted = ids.length > 0 ? ids : (await list(10_000)).map(({ id }) => id).reverse();
  for (const id of wanted) {
    const done = await call<{
      outcome: string;
      status: string;
      runNumber: number;
      kind: string;
      reason: string | null;
    }>('POST', `/v1/raw-webhooks/${encodeURIComponent(id)}/replay`);
    const why = done.reason === null ? '' : ` (${done.reason})`;
    console.log(`${id}  ${done.outcome}: ${done.kind}${why}, now ${done.status}, run ${done.runNumber}`);
  }
  if (wanted.length === 0) console.log('Nothing fits.');
}
