// The client of the HTTP API: calls by path, typed by the OpenAPI document. Signs in, can be repeated, throws what is refused.
import createFetchClient, { type Client } from 'openapi-fetch';
import { problemOf } from './api-problem.ts';
import type { paths } from './api-types.ts';
import { type RetryOptions, retryingFetch } from './retrying-fetch.ts';

/** How to reach the API, and as whom. */
export type ClientOptions = RetryOptions & {
  /** `https://api.example.com` */
  readonly baseUrl: string;
  /** An API key or an agent's token. A function is asked before each call: agents' tokens last 15 minutes. */
  readonly token: string | (() => string | Promise<string>);
  readonly fetch?: (request: Request) => Promise<Response>;
};

/** `api.GET('/v1/contacts', …)`, `POST`, `PATCH`, `DELETE`. */
export type ApiClient = Client<paths>;

/** Makes one. Every call throws ApiProblem for a refusal; writes get an Idempotency-Key unless they bring one. */
export function createClient({ baseUrl, token, fetch = globalThis.fetch, ...retries }: ClientOptions): ApiClient {
  const client = createFetchClient<paths>({ baseUrl, fetch: retryingFetch(fetch, retries) });
  client.use({
    async onRequest({ request }) {
      const secret = typeof token === 'string' ? token : await token();
      request.headers.set('Authorization', `Bearer ${secret}`);
      if (request.method !== 'GET' && !request.headers.has('Idempotency-Key'))
        request.headers.set('Idempotency-Key', crypto.randomUUID());
      return undefined;
    },
    async onResponse({ response }) {
      if (!response.ok && response.status !== 304) throw await problemOf(response);
      return undefined;
    },
  });
  return client;
}

/** The body of an answer: `await dataOf(api.GET(…))`. Refusals were thrown before. */
export async function dataOf<Data>(answer: Promise<{ readonly data?: Data | undefined }>): Promise<Data> {
  return (await answer).data as Data;
}
