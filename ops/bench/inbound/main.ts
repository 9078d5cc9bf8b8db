// `npm run bench:inbound`: from the gateway's webhook to the message at the broker, against the running stack (`npm start`), beside a trivial
// one-activity workflow on the same server in the same run. Trust the ratios, not the absolutes.
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { loadConfig } from '../../../platform/config.ts';
import { connectTemporal } from '../../../platform/temporal.ts';
import { runningStack } from '../../up/state-file.ts';
import { median, percentile, row } from './figures.ts';
import { openTap } from './tap.ts';
import { nextWebhook, post, type Target } from './webhook.ts';

const singles = 150;
const warmUp = 30;
const rounds = 3;
const perRound = 300;
const inFlight = 40;

const stack = runningStack();
if (!stack?.demo || stack.phase !== 'ready') {
  console.error('No stack is running. Start it with `npm start` in another terminal, then run this again.');
  process.exit(1);
}
const config = loadConfig(stack.environment);
const target: Target = {
  apiUrl: config.API_PUBLIC_URL,
  channelId: stack.demo.channelId,
  secret: stack.demo.webhookSecret,
};
const taskQueue = `trivial-${process.pid}`;
const worker = spawn(
  process.execPath,
  ['--import', 'tsx', fileURLToPath(new URL('./trivial-worker.ts', import.meta.url)), taskQueue],
  {
    env: { ...process.env, ...stack.environment },
    stdio: 'ignore',
  },
);
const { client, close } = await connectTemporal(config);
const tap = await openTap({ url: config.AMQP_URL, exchange: config.AMQP_PREFIX + config.AMQP_EXCHANGE });
let trivialCount = 0;

async function trivial(): Promise<number> {
  trivialCount += 1;
  const started = performance.now();
  await client.workflow.execute('trivial', { taskQueue, workflowId: `${taskQueue}-${trivialCount}`, args: [] });
  return performance.now() - started;
}

type Inbound = {
  readonly correlationId: string;
  readonly startedAt: number;
  readonly answeredMs: number;
  readonly brokerMs: number;
};

async function inbound(): Promise<Inbound> {
  const webhook = nextWebhook(target);
  const seen = tap.seen(webhook.correlationId);
  const [startedAt, started] = [Date.now(), performance.now()];
  await post(target, webhook);
  const answeredMs = performance.now() - started;
  return { correlationId: webhook.correlationId, startedAt, answeredMs, brokerMs: (await seen) - started };
}

/** Runs `work` `times` times, `inFlight` at once; gives how many a second. */
async function rate(times: number, work: () => Promise<unknown>): Promise<number> {
  let left = times;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left > 0) {
        left -= 1;
        await work();
      }
    }),
  );
  return (times * 1_000) / (performance.now() - started);
}

/** When each saga's transaction began, by the database's clock. */
async function transactionStarts(correlationIds: readonly string[]): Promise<Map<string, number>> {
  const database = new pg.Client({ connectionString: config.DATABASE_SYSTEM_URL });
  await database.connect();
  const { rows } = await database.query<{ id: string; at: Date }>(
    'select correlation_id as id, started_at as at from sagas where correlation_id = any($1::uuid[])',
    [correlationIds],
  );
  await database.end();
  return new Map(rows.map(({ id, at }) => [id, at.getTime()]));
}

const messages: Inbound[] = [];
const yardstick: number[] = [];
for (let index = 0; index < warmUp + singles; index += 1) {
  const [message, workflow] = [await inbound(), await trivial()];
  if (index >= warmUp) {
    messages.push(message);
    yardstick.push(workflow);
  }
  process.stdout.write(`\rone at a time: ${index + 1} of ${warmUp + singles}`);
}
const rates: { inbound: number; trivial: number }[] = [];
const answers: number[] = [];
for (let round = 1; round <= rounds; round += 1) {
  process.stdout.write(`\rsustained: round ${round} of ${rounds}        `);
  const ofInbound = await rate(perRound, async () => answers.push((await inbound()).answeredMs));
  rates.push({ inbound: ofInbound, trivial: await rate(perRound, trivial) });
}
const begun = await transactionStarts(messages.map(({ correlationId }) => correlationId));
const untilBegun = messages.map(
  ({ correlationId, startedAt, answeredMs }) => (begun.get(correlationId) ?? Number.NaN) - startedAt - answeredMs,
);
const afterBegun = messages.map(
  ({ correlationId, startedAt, brokerMs }) => startedAt + brokerMs - (begun.get(correlationId) ?? Number.NaN),
);
const broker = messages.map(({ brokerMs }) => brokerMs);

console.log(`\r${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; Node ${process.version}; everything on one machine

One at a time, warm, ${singles} of each, in turn (ms)

| part | p50 | p99 |
| --- | --- | --- |
${row(
  'webhook → answer (stored)',
  messages.map(({ answeredMs }) => answeredMs),
)}
${row('answer → the saga’s transaction begins (workflow start)', untilBegun)}
${row('transaction begins → message at the broker (saga, commit, relay)', afterBegun)}
${row('**webhook → broker**', broker)}
${row('trivial one-activity workflow, end to end', yardstick)}

webhook → broker is ${(median(broker) / median(yardstick)).toFixed(2)} × the trivial workflow (p50)

Sustained, ${inFlight} in flight, ${rounds} rounds of ${perRound}, in turn

| round | inbound messages/s | trivial workflows/s | ratio |
| --- | --- | --- | --- |
${rates.map(({ inbound, trivial }, index) => `| ${index + 1} | ${inbound.toFixed(1)} | ${trivial.toFixed(1)} | ${(inbound / trivial).toFixed(2)} |`).join('\n')}

inbound is ${median(rates.map(({ inbound, trivial }) => inbound / trivial)).toFixed(2)} × the trivial workflow's rate (median); intake answers under this load: p95 ${percentile(answers, 0.95).toFixed(1)} ms`);

await tap.close();
await close();
worker.kill('SIGTERM');
