// The whole product as `npm start` runs it: API, worker, relay, consumer and the gateway's sandbox, each a process of its own, on a test stack with the
// demo tenant. For tests that look from outside, and that kill.
import { randomUUID } from 'node:crypto';
import { createWahaClient } from '../../integrations/waha/client.ts';
import { createProduct, type Product } from '../../ops/demo/product.ts';
import { type Open, readOpen } from '../../ops/demo/settle.ts';
import { type DemoTenant, ensureDemoTenant } from '../../ops/demo-tenant.ts';
import { pickPort } from '../../ops/stack/ports.ts';
import { loadConfig } from '../../platform/config.ts';
import { eventually } from './eventually.ts';
import { startProcess, type TestProcess } from './process.ts';
import { type TestServers, type TestStack, testStack } from './stack.ts';

/** The processes, by the names under which they are killed. */
export type ProcessName = keyof typeof files;
/** An answer of the API; `json` undefined when there is no body. */
export type Answered = { readonly status: number; readonly json: Loose };
/** Loose JSON, for assertions. */
export type Loose = { readonly [name: string]: Loose } & { readonly [index: number]: Loose } & {
  readonly data: readonly Loose[];
};

/** The running product. */
export type RunningProduct = {
  readonly stack: TestStack;
  readonly demo: DemoTenant;
  /** What every process got in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly apiUrl: string;
  readonly sandbox: { readonly sandboxUrl: string; readonly apiKey: string };
  /** Reads whole lists of the API, patient while it is down. */
  readonly reader: Product;
  /** Calls the API with the demo's key; a writing call gets an Idempotency-Key. */
  call(method: string, path: string, body?: unknown): Promise<Answered>;
  /** Calls the sandbox: `sandbox/sent`, `api/sessions`. */
  callSandbox(method: string, path: string, body?: unknown): Promise<Loose>;
  url(name: ProcessName): string;
  /** Everything a process has printed, over all its lives. */
  output(name: ProcessName): string;
  /** SIGKILL. */
  kill(name: ProcessName): Promise<void>;
  /** Starts a killed process again, under its old address. */
  restart(name: ProcessName): Promise<void>;
  /** Waits until nothing is on its way: webhooks, stored events, sagas, the outbox. Fails when something is left. */
  settle(timeoutMs?: number): Promise<Open>;
  stop(): Promise<void>;
};

const files = {
  waha: 'ops/sandbox/waha/server.ts',
  api: 'api/server.ts',
  worker: 'workers/temporal-worker.ts',
  relay: 'workers/relay.ts',
  consumer: 'workers/consumer.ts',
} as const;
const names = Object.keys(files) as ProcessName[];
const sandboxKey = 'sandbox-key';

/** `environment`: variables that differ from the test stack's. `without`: processes that are not started (restart starts them). `files`: other programs in the place of ours. `servers`: others than the environment names. */
export type RunningProductOptions = {
  readonly environment?: Readonly<Record<string, string>>;
  readonly without?: readonly ProcessName[];
  readonly files?: Partial<Record<ProcessName, string>>;
  readonly servers?: TestServers;
};

/** Starts everything and points the sandbox's session at the API. */
export async function startRunningProduct(
  name: string,
  { environment: own = {}, without = [], files: others = {}, servers }: RunningProductOptions = {},
): Promise<RunningProduct> {
  const stack = await testStack(name, servers);
  const ports = Object.fromEntries(
    await Promise.all(names.map(async (one) => [one, await pickPort(`${name} ${one}`, 0, () => undefined)] as const)),
  ) as Record<ProcessName, number>;
  const url = (one: ProcessName): string => `http://127.0.0.1:${ports[one]}`;
  const environment: Record<string, string> = {
    ...stack.environment,
    WAHA_URL: url('waha'),
    WAHA_API_KEY: sandboxKey,
    API_PUBLIC_URL: url('api'),
    // Read only when a test fails.
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'warn',
    // Tests ask often.
    API_RATE_LIMIT_PER_MINUTE: '100000',
    ...own,
  };
  const running = new Map<ProcessName, TestProcess>();
  const printed = new Map<ProcessName, string>();
  const start = async (one: ProcessName): Promise<void> => {
    const sandbox = one === 'waha' ? { WAHA_SANDBOX_PORT: String(ports.waha) } : {};
    const options = { file: others[one] ?? files[one], environment: { ...environment, ...sandbox }, port: ports[one] };
    running.set(one, await startProcess({ ...options, readyTimeoutMs: 60_000 }));
  };
  const ended = (one: ProcessName): void => {
    printed.set(one, (printed.get(one) ?? '') + (running.get(one)?.output() ?? ''));
    running.delete(one);
  };
  const stop = async (): Promise<void> => {
    await Promise.all(
      [...running].map(async ([one, process]) => {
        await process.stop();
        ended(one);
      }),
    );
    await stack.close();
  };

  try {
    const config = loadConfig(environment);
    const demo = await ensureDemoTenant({ config });
    const starts = await Promise.allSettled(names.filter((one) => !without.includes(one)).map(start));
    // Only now: one that is still starting could not be stopped.
    for (const one of starts) if (one.status === 'rejected') throw one.reason;
    const sandbox = { sandboxUrl: url('waha'), apiKey: sandboxKey };
    const reader = createProduct({ baseUrl: url('api'), apiKey: demo.apiKey });
    const product: RunningProduct = {
      stack,
      demo,
      environment,
      apiUrl: url('api'),
      sandbox,
      reader,
      call: (method, path, body) =>
        callJson(`${url('api')}${path}`, method, body, { authorization: `Bearer ${demo.apiKey}` }),
      async callSandbox(method, path, body) {
        const { status, json } = await callJson(`${url('waha')}/${path}`, method, body, { 'x-api-key': sandboxKey });
        if (status >= 300) throw new Error(`The sandbox answered ${status} to ${method} ${path}.`);
        return json;
      },
      url,
      output: (one) => (printed.get(one) ?? '') + (running.get(one)?.output() ?? ''),
      async kill(one) {
        await running.get(one)?.kill();
        ended(one);
      },
      restart: start,
      settle: (timeoutMs = 30_000) =>
        eventually(
          async () => {
            const open = await readOpen(reader, sandbox);
            if (open.webhooks + open.stored + open.running + open.outbox === 0) return open;
            throw new Error(`still open: ${JSON.stringify(open)}`);
          },
          { timeoutMs, everyMs: 200 },
        ).catch((error: unknown) => {
          throw new Error(`${error instanceof Error ? error.message : error}\n${lastWords(product)}`);
        }),
      stop,
    };
    if (running.has('waha')) await connectSession(config.WAHA_URL, demo, url('api'));
    return product;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The end of what each process printed: why nothing moves any more. */
function lastWords(product: RunningProduct): string {
  return names.map((one) => `${one}: ${product.output(one).slice(-1_500)}`).join('\n');
}

/** Patient retries: a killed process must not cost an event. */
async function connectSession(sandboxUrl: string, demo: DemoTenant, apiUrl: string): Promise<void> {
  const gateway = createWahaClient({ baseUrl: sandboxUrl, apiKey: sandboxKey, timeoutMs: 10_000 });
  const retries = { policy: 'constant', delaySeconds: 0.25, attempts: 400 } as const;
  const webhook = { url: `${apiUrl}/v1/webhooks/waha/${demo.channelId}`, events: ['*'], hmacKey: demo.webhookSecret };
  await gateway.createOrUpdateSession(demo.sessionName, { webhooks: [{ ...webhook, retries }], metadata: {} });
}

async function callJson(
  address: string,
  method: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answered> {
  const answer = await fetch(address, {
    method,
    headers: {
      ...headers,
      ...(method !== 'GET' && { 'idempotency-key': randomUUID() }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return { status: answer.status, json: (isJson && text ? JSON.parse(text) : undefined) as Loose };
}
