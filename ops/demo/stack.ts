// Finds the running stack and its demo tenant; every reason why the demo can't run is one sentence that says what to do.
import { readState, runningStack } from '../up/state-file.ts';

/** What the demo needs of the stack. */
export type DemoStack = {
  apiUrl: string;
  apiKey: string;
  sandboxUrl: string;
  sandboxApiKey: string;
  channelId: string;
  webhookSecret: string;
  temporalUi: string | undefined;
};

/** Thrown when there is nothing to demonstrate on; the message says what to do. */
export class NoStack extends Error {
  override name = 'NoStack';
}

/** The running stack. */
export async function findStack(): Promise<DemoStack> {
  const state = runningStack();
  if (state === undefined) {
    throw new NoStack(
      readState() === undefined
        ? 'No stack is running. Start one with: npm start'
        : 'The stack that ran here has ended. Start it again with: npm start',
    );
  }
  const { api, waha, temporalUi } = state.addresses;
  if (state.phase !== 'ready')
    throw new NoStack(`The stack is ${state.phase}. Wait until npm start says that it is ready.`);
  if (state.demo === undefined || api === undefined || waha === undefined) {
    throw new NoStack('Only the servers are running. Start the whole stack with: npm start');
  }
  const sandboxApiKey = state.environment['WAHA_API_KEY'] ?? process.env['WAHA_API_KEY'] ?? 'sandbox-key';
  await requireSandbox(waha, sandboxApiKey);
  const { apiKey, channelId, webhookSecret } = state.demo;
  return { apiUrl: api, apiKey, sandboxUrl: waha, sandboxApiKey, channelId, webhookSecret, temporalUi };
}

async function requireSandbox(url: string, apiKey: string): Promise<void> {
  const headers = { 'x-api-key': apiKey };
  const answer = await fetch(`${url}/sandbox/sent`, { headers, signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  if (answer === undefined)
    throw new NoStack(`The gateway sandbox at ${url} does not answer. See the log of npm start.`);
  if (answer.status === 200) return;
  throw new NoStack(
    answer.status === 401
      ? 'The gateway sandbox refuses the key. Set WAHA_API_KEY to what npm start was given.'
      : `WAHA_URL (${url}) is no sandbox. The demo writes to nobody's real phone: start the stack without WAHA_URL.`,
  );
}
