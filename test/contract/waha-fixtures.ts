// Reads folders of recorded gateway payloads: the project's own, and those that FIXTURES_DIR names.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Where the project's own payloads lie. */
export const ownFixturesDirectory = fileURLToPath(new URL('../fixtures/waha/', import.meta.url));

/** One recorded payload; `body` is what a webhook would carry, undefined for the API's requests and answers. */
export type Fixture = { name: string; shape: string; value: unknown; body: unknown };

const file = z.looseObject({
  name: z.string(),
  shape: z.string().optional(),
  kind: z.string().optional(),
  value: z.unknown(),
});
const capture = z.looseObject({ body: z.unknown() });

/** All payloads of a folder in the order of their names. Files say what they are in `shape` or `kind`. */
export function readFixtures(directory: string): Fixture[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const { shape, kind, ...rest } = file.parse(JSON.parse(readFileSync(join(directory, name), 'utf8')));
      const what = shape ?? kind ?? '';
      return { name: name.replace(/\.json$/, ''), shape: what, value: rest.value, body: webhookBody(what, rest.value) };
    });
}

/** The payloads that are webhooks. */
export function readWebhookFixtures(directory: string): Fixture[] {
  return readFixtures(directory).filter((fixture) => fixture.body !== undefined);
}

function webhookBody(shape: string, value: unknown): unknown {
  if (shape === 'webhook-event') return value;
  return shape === 'webhook-http-capture' ? capture.parse(value).body : undefined;
}
