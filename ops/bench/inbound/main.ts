// `npm run bench:inbound`: from the gateway's webhook to the message at the broker, against the running stack (`npm start`), beside a trivial
// one-activity workflow on the same server in the same run. Trust the ratios, not the absolutes. Shorter: `-- --singles 20 --rounds 1 --per-round 80 --steady-seconds 5`. `--write` keeps what a message costs, for docs/scale.md.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { loadConfig } from '../../../platform/config.ts';
import { connectTemporal } from '../../../platform/temporal.ts';
import { runningStack } from '../../up/state-file.ts';
import { addTimes, type CpuTimes, findStackProcesses, readCpuTimes, usedBetween } from './cpu.ts';
import { median } from './figures.ts';
import { closedLoop, openLoop } from './load.ts';
import { recordInbound } from './record.ts';
import { report } from './report.ts';
import { openTap } from './tap.ts';
import { nextWebhook, post, type Target } from './webhook.ts';

const { values: given } = parseArgs({
  options: {
    singles: { type: 'string', default: '150' },
    rounds: { type: 'string', default: '3' },
    'per-round': { type: 'string', default: '300' },
    'steady-seconds': { type: 'string', default: '20' },
    write: { type: 'boolean', default: false },
  },
});
const [singles, rounds] = [Number(given.singles), Number(given.rounds)];
const [perRound, steadySeconds] = [Number(given['per-round']), Number(given['steady-seconds'])];
const warmUp = Math.min(30, singles);
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
const processes = await findStackProcesses(stack);
const rates: { inbound: number; trivial: number }[] = [];
const [burst, loop]: [number[], number[]] = [[], []];
let cpu: CpuTimes = {};
for (let round = 1; round <= rounds; round += 1) {
  process.stdout.write(`\rsustained: round ${round} of ${rounds}        `);
  const before = processes && readCpuTimes(processes);
  const ofInbound = await closedLoop({ times: perRound, inFlight }, async (number) => {
    const { answeredMs } = await inbound();
    (number < inFlight ? burst : loop).push(answeredMs);
  });
  if (processes && before) cpu = addTimes(cpu, usedBetween(before, readCpuTimes(processes)));
  rates.push({ inbound: ofInbound, trivial: await closedLoop({ times: perRound, inFlight }, trivial) });
}
const perSecond = median(rates.map(({ inbound }) => inbound));
process.stdout.write(`\rsteady: ${perSecond.toFixed(1)} messages/s for ${steadySeconds} s        `);
const {
  ms: answers,
  results: arrivals,
  failed,
} = await openLoop({ perSecond, seconds: steadySeconds }, async () => {
  const webhook = nextWebhook(target);
  const seen = tap.seen(webhook.correlationId);
  await post(target, webhook);
  return { seen };
});
const lastAnswerAt = performance.now();
const all = Promise.all(arrivals.map(({ seen }) => seen)).then(() => true);
if (!(await Promise.race([all, delay(120_000, false, { ref: false })])))
  throw new Error('Not every message of the steady load reached the broker within two minutes: look for stuck sagas.');
const steady = { perSecond, seconds: steadySeconds, answers, failed, lagMs: performance.now() - lastAnswerAt };

const begun = await transactionStarts(messages.map(({ correlationId }) => correlationId));
const parts = messages.map(({ correlationId, startedAt, answeredMs, brokerMs }) => {
  const begunMs = (begun.get(correlationId) ?? Number.NaN) - startedAt;
  return { answeredMs, untilBegunMs: begunMs - answeredMs, afterBegunMs: brokerMs - begunMs, brokerMs };
});
const measured = { singles: parts, yardstick, inFlight, perRound, rounds: rates, burst, loop, steady };
console.log(`\r${report({ ...measured, cpu: processes && cpu })}`);

if (given.write && processes)
  recordInbound(
    cpu,
    perRound * rounds,
    rates.map(({ inbound }) => inbound),
    new Date(),
  );
await tap.close();
await close();
worker.kill('SIGTERM');
