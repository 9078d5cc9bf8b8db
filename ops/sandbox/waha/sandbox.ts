// A WhatsApp gateway for development and tests: speaks the real wire contract over HTTP, knows no WhatsApp, forgets all when it ends.
import { setMaxListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { chatRoutes } from './chats.ts';
import { controlRoutes } from './control.ts';
import { HttpAnswer } from './http.ts';
import { pairingRoutes } from './pairing.ts';
import { sendingRoutes } from './sending.ts';
import { sessionRoutes, troubled, troubledHistory } from './sessions.ts';
import { createState } from './state.ts';
import { createWebhookSender } from './webhooks.ts';

/** A listening sandbox. */
export type WahaSandbox = { url: string; close(): Promise<void> };

/** Starts a sandbox; port 0 takes any free one. */
export async function startWahaSandbox(options: { port: number; apiKey: string; host?: string }): Promise<WahaSandbox> {
  const state = createState();
  const webhooks = createWebhookSender(state);
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const app = new Hono();

  app.get('/readyz', (c) => c.json({ status: 'ready' }));
  app.get('/ping', (c) => c.json({ message: 'pong' }));
  app.use(async (c, next) => {
    const key = c.req.header('x-api-key') ?? c.req.query('x-api-key');
    return key === options.apiKey ? next() : c.json({ message: 'Unauthorized', statusCode: 401 }, 401);
  });
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.get('/api/server/version', (c) => c.json({ version: '2026.7.1', engine: 'GOWS', tier: 'CORE', browser: null }));
  app.route('/', controlRoutes(state, webhooks));
  app.use('/api/sessions/*', troubled(state, stop.signal));
  app.use('/api/:session/auth/*', troubled(state, stop.signal));
  app.get('/api/:session/chats', troubledHistory(state, stop.signal));
  app.get('/api/:session/chats/:chatId/messages', troubledHistory(state, stop.signal));
  app.route('/', sessionRoutes(state, webhooks));
  app.route('/', pairingRoutes(state, webhooks));
  app.route('/', sendingRoutes(state, webhooks, stop.signal));
  app.route('/', chatRoutes(state, webhooks));
  app.notFound((c) => {
    const message = `Cannot ${c.req.method} ${c.req.path}`;
    return c.json({ message, error: 'Not Found', statusCode: 404 }, 404);
  });
  app.onError((error, c) => {
    if (error instanceof HttpAnswer) return c.json(error.body as object, error.status);
    return c.json({ statusCode: 500, message: 'Internal server error' }, 500);
  });

  const hostname = options.host ?? '127.0.0.1';
  const server = serve({ fetch: app.fetch, port: options.port, hostname });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${hostname}:${port}`,
    close() {
      stop.abort();
      webhooks.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if ('closeAllConnections' in server) server.closeAllConnections();
      return closed;
    },
  };
}
