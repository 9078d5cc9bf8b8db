// The gateway's sandbox inside the test's own process, with its control: who scans, what goes wrong, what a session is.
import assert from 'node:assert/strict';
import { startWahaSandbox } from '../../ops/sandbox/waha/sandbox.ts';

/** A session as the gateway shows it. */
export type ShownSession = {
  readonly status: string;
  readonly me: { readonly id: string } | null;
  readonly config: {
    readonly metadata?: Readonly<Record<string, string>>;
    readonly webhooks?: readonly { readonly url: string; readonly hmac?: { readonly key: string } }[];
  };
};

/** The sandbox and what a test does to it. */
export type ControlledSandbox = {
  readonly url: string;
  readonly apiKey: string;
  readonly call: (method: string, path: string, body?: unknown) => Promise<{ status: number; json: unknown }>;
  readonly misbehave: (how: object) => Promise<unknown>;
  /** undefined: there is none of this name. */
  readonly session: (name: string) => Promise<ShownSession | undefined>;
  readonly scan: (name: string, how?: object) => Promise<unknown>;
  readonly setStatus: (name: string, status: string) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

/** Starts it. */
export async function startControlledSandbox(): Promise<ControlledSandbox> {
  const apiKey = 'test-key';
  const sandbox = await startWahaSandbox({ port: 0, apiKey });
  const call: ControlledSandbox['call'] = async (method, path, body) => {
    const answer = await fetch(`${sandbox.url}/${path}`, {
      method,
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
  };
  const done = async (method: string, path: string, body: unknown): Promise<unknown> => {
    const { status, json } = await call(method, path, body);
    assert.ok(status < 300, `${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  };
  return {
    url: sandbox.url,
    apiKey,
    call,
    misbehave: (how) => done('PUT', 'sandbox/misbehaviour', how),
    async session(name) {
      const { status, json } = await call('GET', `api/sessions/${name}`);
      return status === 404 ? undefined : (json as ShownSession);
    },
    scan: (name, how = {}) => done('POST', `sandbox/sessions/${name}/scan`, how),
    setStatus: (name, status) => done('PUT', `sandbox/sessions/${name}/status`, { status }),
    close: sandbox.close,
  };
}
