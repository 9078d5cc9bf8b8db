// Reads the product's HTTP API for the demo: loose schemas, whole lists, patient while a process is down.
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import { z } from 'zod';

const optional = z.string().nullish();

/** The shapes the demo reads; whatever else an answer holds is kept. */
export const shapes = {
  channel: z.looseObject({ id: z.string(), externalId: optional }),
  contact: z.looseObject({ id: z.string(), name: optional, phone: optional }),
  session: z.looseObject({
    id: z.string(),
    contactId: z.string(),
    status: z.string(),
    messageCount: z.number().nullish(),
  }),
  message: z.looseObject({
    id: z.string(),
    contactId: z.string(),
    fromMe: z.boolean(),
    type: z.string(),
    status: z.string(),
    body: optional,
    channelMessageId: optional,
    arrival: z.number().nullish(),
  }),
  event: z.looseObject({
    id: z.string(),
    type: z.string(),
    aggregateType: optional,
    correlationId: z.string(),
    createdAt: z.string(),
    saga: z.looseObject({ sagaType: optional, sagaStep: optional, stepNumber: z.number().nullish() }).nullish(),
  }),
  saga: z.looseObject({
    correlationId: z.string(),
    workflowId: z.string(),
    runId: optional,
    sagaType: z.string(),
    state: z.string(),
    startedAt: z.string(),
    links: z.looseObject({ temporalUi: optional }).nullish(),
  }),
  rawWebhook: z.looseObject({ id: z.string(), status: z.string(), receivedAt: z.string() }),
  outbox: z.looseObject({ pending: z.number(), failed: z.number() }),
} as const;

/** Reading calls of the API under one key. */
export type Product = {
  get<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>>;
  /** All items of a list, page after page. `enough`: stop at the first item for which it holds. */
  list<T extends z.ZodType>(path: string, item: T, enough?: (item: z.infer<T>) => boolean): Promise<z.infer<T>[]>;
};

/** Thrown when the API refuses: the demo can't go on. */
export class ProductRefused extends Error {
  override name = 'ProductRefused';
}

const patienceMs = 60_000;

/** Creates the reader. A refused connection, 429 and 5xx are tried again for a minute; `onWait` hears of it. */
export function createProduct(options: { baseUrl: string; apiKey: string; onWait?: (why: string) => void }): Product {
  async function read(path: string): Promise<unknown> {
    const until = Date.now() + patienceMs;
    for (;;) {
      const { status, json } = await once(path);
      if (status === 200) return json;
      if (status !== 0 && status !== 429 && status < 500) {
        throw new ProductRefused(
          `The API answered ${status} to GET ${path}. Is this stack's API the one that npm start began?`,
        );
      }
      if (Date.now() > until)
        throw new ProductRefused(`The API did not answer GET ${path} for a minute. See the log of npm start.`);
      options.onWait?.(status === 0 ? 'the API is not reachable' : `the API answers ${status}`);
      await delay(500);
    }
  }

  async function once(path: string): Promise<{ status: number; json: unknown }> {
    try {
      const headers = { authorization: `Bearer ${options.apiKey}` };
      const answer = await request(`${options.baseUrl}${path}`, {
        headers,
        headersTimeout: 10_000,
        bodyTimeout: 10_000,
      });
      const json: unknown = await answer.body.json().catch(() => undefined);
      return { status: answer.statusCode, json };
    } catch {
      return { status: 0, json: undefined };
    }
  }

  function parse<T extends z.ZodType>(path: string, schema: T, json: unknown): z.infer<T> {
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new ProductRefused(`GET ${path} answered another shape: ${issue?.path.join('.')} ${issue?.message}.`);
  }

  return {
    get: async (path, schema) => parse(path, schema, await read(path)),
    async list(path, item, enough = () => false) {
      const page = z.looseObject({ data: z.array(item), nextCursor: optional });
      const all: z.infer<typeof item>[] = [];
      for (let cursor: string | null | undefined; ; ) {
        const query = `${path.includes('?') ? '&' : '?'}limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
        const answer = parse(path, page, await read(`${path}${query}`));
        for (const one of answer.data) {
          if (enough(one)) return all;
          all.push(one);
        }
        cursor = answer.nextCursor;
        if (!cursor) return all;
      }
    },
  };
}
