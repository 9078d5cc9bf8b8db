// `npm run demo`: plays a busy hour of a small shop against the running stack and shows what came of it. `--speed N`: N times life (240).
import { parseArgs } from 'node:util';
import { createWahaClient } from '../integrations/waha/client.ts';
import { playScenario } from './demo/play.ts';
import { createProduct, type Product, ProductRefused, shapes } from './demo/product.ts';
import { bar, createProgressLine } from './demo/progress.ts';
import { type Outcome, reportLines } from './demo/report.ts';
import { buildScenario, messageIds } from './demo/scenario.ts';
import { describeOpen, settle } from './demo/settle.ts';
import { type DemoStack, findStack, NoStack } from './demo/stack.ts';

const hourMs = 3_600_000;
const line = createProgressLine();

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { speed: { type: 'string', default: '240' } } });
  const speed = Number(values.speed);
  if (!(speed > 0)) throw new NoStack('--speed must be a number greater than 0, for example --speed 240.');
  const stack = await findStack();
  const onWait = (why: string) => line.show(`waiting: ${why}`);
  const product = createProduct({ baseUrl: stack.apiUrl, apiKey: stack.apiKey, onWait });
  const session = (await product.get(`/v1/channels/${stack.channelId}`, shapes.channel)).externalId ?? 'demo';
  await connect(stack, session);

  const began = Date.now();
  const options = { session, run: `run-${began}`, startAt: new Date(began - hourMs), speed };
  const played = await playScenario(
    { sandboxUrl: stack.sandboxUrl, apiKey: stack.sandboxApiKey },
    {
      ...options,
      onEvent: (event, number, total) => line.show(`${bar(number, total)} ${number}/${total}  ${event.note}`),
    },
  );
  line.end(`Played ${played.events} gateway events of one hour in ${seconds(played.tookMs)}.`);

  const sandbox = { sandboxUrl: stack.sandboxUrl, apiKey: stack.sandboxApiKey };
  const onOpen = (open: Parameters<typeof describeOpen>[0]) => line.show(`settling: ${describeOpen(open)}`);
  const end = await settle(product, sandbox, { stallMs: 60_000, onOpen });
  line.end(
    end.settled
      ? `Settled ${seconds(end.tookMs)} later: ${describeOpen(end.open)}.`
      : `Nothing has moved for a minute: ${describeOpen(end.open)}. See the log of npm start; what is below is not all.`,
  );
  const outcome = await readOutcome(product, { began, ids: messageIds(buildScenario(options)) }, stack.temporalUi);
  console.log(reportLines(outcome).join('\n'));
  return end.settled && end.open.stuck === 0 && end.open.givenUp === 0 ? 0 : 1;
}

/** Points the sandbox's session at the product. Patient retries: a killed process must not cost an event. */
async function connect(stack: DemoStack, session: string): Promise<void> {
  const gateway = createWahaClient({ baseUrl: stack.sandboxUrl, apiKey: stack.sandboxApiKey, timeoutMs: 10_000 });
  const url = `${stack.apiUrl}/v1/webhooks/waha/${stack.channelId}`;
  const retries = { policy: 'constant', delaySeconds: 1, attempts: 300 } as const;
  const webhook = { url, events: ['*'], hmacKey: stack.webhookSecret, retries };
  await gateway.createOrUpdateSession(session, { webhooks: [webhook], metadata: { channelId: stack.channelId } });
}

type Run = { began: number; ids: Set<string> };

async function readOutcome(product: Product, { began, ids }: Run, temporalUi: string | undefined): Promise<Outcome> {
  const ofThisRun = (time: string) => Date.parse(time) >= began;
  const [contacts, sessions, messages, sagas, events] = [
    await product.list('/v1/contacts', shapes.contact),
    await product.list('/v1/sessions', shapes.session),
    await product.list('/v1/messages', shapes.message),
    await product.list('/v1/sagas', shapes.saga),
    await product.list(`/v1/outbox/events?from=${new Date(began).toISOString()}`, shapes.event),
  ];
  return {
    contacts,
    sessions,
    messages: messages.filter(({ channelMessageId }) => channelMessageId && ids.has(channelMessageId)),
    sagas: sagas
      .filter((saga) => ofThisRun(saga.startedAt))
      .sort((one, two) => one.startedAt.localeCompare(two.startedAt)),
    events: events.filter((event) => ofThisRun(event.createdAt)),
    temporalUi,
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof NoStack || error instanceof ProductRefused)) throw error;
  line.end(error.message);
  process.exitCode = 1;
}
