// The catalogue page: whole without script, nothing from elsewhere, nothing that its own policy forbids, and no text becomes markup.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OpenAPIHono } from '@hono/zod-openapi';
import { eventRows } from '../../domain/catalog.ts';
import type { ApiEnv } from '../api-deps.ts';
import type { CatalogueEntry } from '../event-catalogue.ts';
import { mountEvents } from './mount.ts';
import { renderEventsPage } from './render.ts';

const app = new OpenAPIHono<ApiEnv>();
mountEvents(app);
const answer = await app.request('/events');
const page = await answer.text();
const entries = (await (await app.request('/events.json')).json()) as CatalogueEntry[];
const partOf = (type: string): string => page.split('<details ').find((part) => part.startsWith(`id="${type}"`)) ?? '';

describe('the page of events', () => {
  it('has every event with what it says, its fields and what causes it', () => {
    assert.deepEqual(
      entries.map(({ type }) => type),
      eventRows.map(({ type }) => type),
    );
    for (const { type, fields, producers, version } of entries) {
      const part = partOf(type);
      assert.ok(part.includes(`>v${version}<`), type);
      assert.ok(producers.length > 0, `nothing causes ${type}`);
      for (const { command } of producers) assert.ok(part.includes(`<code>${command}</code>`), command);
      for (const { name } of fields) assert.ok(part.includes(`<code>${name}</code>`), `${type} ${name}`);
    }
  });

  it('tells versions with their dates, personal fields, consumers and webhooks', () => {
    const created = partOf('contact.created');
    assert.match(created, /deprecated since 2026-11-23<\/span>, told until 2027-11-23/);
    assert.match(
      created,
      /<code>name\.given<\/code><\/td><td><code>string \| null<\/code><\/td><td><span class="personal">/,
    );
    assert.match(created, /<code>contact\.create<\/code> <span class="quiet">POST \/v1\/contacts</);
    assert.match(created, /<code>contact_event_consumer<\/code> <span class="quiet">v2, in any order</);
    assert.match(partOf('session.ended'), /not told any more: it no longer carries the ids/);
    assert.match(partOf('message.created'), /<code>message\.received<\/code>, <code>message\.created<\/code>/);
    assert.match(partOf('session.message_recorded'), /none: it stays inside/);
  });

  it('holds to its own policy', async () => {
    const policy = answer.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'.*script-src 'self'.*style-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.doesNotMatch(page, /<script(?![^>]*\ssrc="\/)|<style|\sstyle=|\son\w+="/);
    for (const [, address = ''] of page.matchAll(/\s(?:src|href)="([^"]*)"/g)) assert.match(address, /^\/[^/]/);
    for (const [file, type] of [
      ['page.js', 'text/javascript'],
      ['page.css', 'text/css'],
    ]) {
      const asset = await app.request(`/events/${file}`);
      assert.equal(asset.status, 200);
      assert.match(asset.headers.get('content-type') ?? '', new RegExp(`^${type}`));
    }
  });

  it('lets no text become markup', async () => {
    const [entry] = entries;
    assert.ok(entry);
    const odd = await renderEventsPage([{ ...entry, summary: '<b>"it"</b>', example: { a: '</code><script>' } }]);
    assert.ok(String(odd).includes('&lt;b&gt;&quot;it&quot;&lt;/b&gt;'));
    assert.doesNotMatch(String(odd), /<b>|<\/code><script>/);
  });

  it('stands beside the document for the broker', async () => {
    const document = (await (await app.request('/asyncapi.json')).json()) as { asyncapi: string };
    assert.equal(document.asyncapi, '3.0.0');
  });
});
