// Broadcasts as a customer makes them over HTTP, and what the gateway's sandbox saw of them.
import assert from 'node:assert/strict';
import type { Loose, RunningProduct } from './running-product.ts';

const path = '/v1/broadcasts';

/** What can be done with broadcasts of the running product's demo tenant. */
export function createHttpBroadcasts(product: Pick<RunningProduct, 'call' | 'callSandbox' | 'demo' | 'apiUrl'>) {
  const call = async (method: string, at: string, body?: unknown): Promise<Loose> => {
    const { status, json } = await product.call(method, at, body);
    assert.ok(status < 300, `${method} ${at}: ${status} ${JSON.stringify(json)}`);
    return json;
  };
  return {
    /** Calls the API; fails on anything but a good answer. */
    call,
    /** A list of new people with these numbers. */
    async newList(phones: readonly string[]): Promise<{ listId: string; contactIds: string[] }> {
      const { projectId } = product.demo;
      const contactIds: string[] = [];
      for (const [index, phone] of phones.entries())
        contactIds.push(
          String((await call('POST', '/v1/contacts', { projectId, name: `Person ${index}`, phone }))['id']),
        );
      const listId = String(
        (await call('POST', '/v1/contact-lists', { projectId, name: 'All', isStatic: true }))['id'],
      );
      for (let start = 0; start < contactIds.length; start += 100)
        await call('POST', `/v1/contact-lists/${listId}/contacts`, {
          contactIds: contactIds.slice(start, start + 100),
        });
      return { listId, contactIds };
    },
    /** A draft; its text begins with `text`. */
    async newBroadcast(listId: string, text: string, more: object = {}): Promise<string> {
      const { projectId, channelId } = product.demo;
      const message = { type: 'template', content: `${text}, {{contact.name}}` };
      const body = { projectId, channelId, listId, name: text, message, ratePerMinute: 600, ...more };
      return String((await call('POST', path, body))['id']);
    },
    status: async (id: string): Promise<string> => String((await call('GET', `${path}/${id}`))['status']),
    counts: async (id: string): Promise<Record<string, number>> =>
      (await call('GET', `${path}/${id}/progress`))['counts'] as unknown as Record<string, number>,
    /** The report: its media type, and its lines. */
    async report(id: string): Promise<{ type: string; lines: readonly string[] }> {
      const headers = { authorization: `Bearer ${product.demo.apiKey}` };
      const answer = await fetch(`${product.apiUrl}${path}/${id}/report.csv`, { headers });
      const lines = (await answer.text()).trimEnd().split('\r\n');
      return { type: answer.headers.get('content-type') ?? '', lines };
    },
    /** To whom the gateway sent this text, once for each time. */
    async receivers(text: string): Promise<string[]> {
      const all = await product.callSandbox('GET', 'api/default/chats/all/messages?limit=10000');
      return (all as unknown as readonly Loose[])
        .filter(({ body }) => String(body).startsWith(text))
        .map(({ to }) => String(to).split('@')[0] ?? '');
    },
  };
}
