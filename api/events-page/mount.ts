// /events: the searchable catalogue of events, /events.json the same as data, /asyncapi.json the document for the broker. Open, like /docs: nothing of a tenant is in them.
import { readFileSync } from 'node:fs';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../api-deps.ts';
import { type CatalogueEntry, derivedDocument } from '../event-catalogue.ts';
import { renderEventsPage } from './render.ts';

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

const assets: Readonly<Record<string, string>> = {
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
};

/** Mounts page and documents. */
export function mountEvents(app: OpenAPIHono<ApiEnv>): void {
  const catalogue = derivedDocument('catalogue.json');
  const asyncApi = derivedDocument('asyncapi.json');
  app.get('/events.json', (c) => c.body(catalogue(), 200, { 'content-type': 'application/json' }));
  app.get('/asyncapi.json', (c) => c.body(asyncApi(), 200, { 'content-type': 'application/json' }));
  let page: ReturnType<typeof renderEventsPage> | undefined;
  app.get('/events', async (c) => {
    c.header('Content-Security-Policy', policy);
    page ??= renderEventsPage(JSON.parse(catalogue()) as CatalogueEntry[]);
    return c.html(page);
  });
  for (const [name, type] of Object.entries(assets)) {
    const text = readFileSync(new URL(name, import.meta.url), 'utf8');
    app.get(`/events/${name}`, (c) => c.body(text, 200, { 'content-type': type }));
  }
}
