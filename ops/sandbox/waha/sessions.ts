// The session calls: create, configure, start, stop, pair. Starting leads through SCAN_QR_CODE to WORKING, each state announced by webhook.
import { Hono } from 'hono';
import { findSession, HttpAnswer, readBody } from './http.ts';
import { type SessionConfig, sessionCreate, sessionUpdate } from './requests.ts';
import { accountOf, newInnerId, type SandboxState, type Session, type SessionStatus } from './state.ts';
import type { WebhookSender } from './webhooks.ts';

// One white pixel: what the picture of a QR code is to a machine that can't scan.
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==';

/** Sets a session's state and announces it. */
export function changeStatus(webhooks: WebhookSender, session: Session, status: SessionStatus): void {
  if (session.status === status) return;
  session.status = status;
  // No two changes at one moment: the order of webhooks tells nothing, their times do.
  const timestamp = Math.max(Date.now(), (session.statuses.at(-1)?.timestamp ?? 0) + 1);
  session.statuses = [...session.statuses, { status, timestamp }].slice(-3);
  webhooks.emit(session, 'session.status', { name: session.name, status, statuses: session.statuses, data: null });
}

/** Routes under /api/sessions and the QR code. */
export function sessionRoutes(state: SandboxState, webhooks: WebhookSender): Hono {
  const app = new Hono();

  function start(session: Session): void {
    if (session.status === 'WORKING') return;
    for (const status of ['STARTING', 'SCAN_QR_CODE'] as const) changeStatus(webhooks, session, status);
    if (state.misbehaviour.autoPair) changeStatus(webhooks, session, 'WORKING');
  }

  function put(name: string, config: SessionConfig): Session {
    const session: Session = { name, status: 'STOPPED', config, me: accountOf(name), statuses: [] };
    state.sessions.set(name, session);
    return session;
  }

  app.post('/api/sessions', async (c) => {
    const body = await readBody(c, sessionCreate);
    const name = body.name ?? `session_${newInnerId().toLowerCase()}`;
    if (state.sessions.has(name)) {
      const message = `Session '${name}' already exists. Use PUT to update it.`;
      throw new HttpAnswer(422, { message, error: 'Unprocessable Entity', statusCode: 422 });
    }
    const session = put(name, body.config ?? {});
    if (body.start !== false) start(session);
    return c.json(show(session), 201);
  });

  app.get('/api/sessions', (c) => {
    const all = c.req.query('all') === 'true';
    return c.json([...state.sessions.values()].filter((session) => all || session.status !== 'STOPPED').map(show));
  });

  app.get('/api/sessions/:session', (c) => c.json(show(findSession(state, c.req.param('session')))));

  app.put('/api/sessions/:session', async (c) => {
    const session = findSession(state, c.req.param('session'));
    session.config = (await readBody(c, sessionUpdate)).config ?? {};
    if (session.status !== 'STOPPED') {
      changeStatus(webhooks, session, 'STOPPED');
      start(session);
    }
    return c.json(show(session));
  });

  app.delete('/api/sessions/:session', (c) => {
    state.sessions.delete(c.req.param('session'));
    return c.body(null, 200);
  });

  for (const action of ['start', 'stop', 'restart', 'logout'] as const) {
    app.post(`/api/sessions/:session/${action}`, (c) => {
      const session = findSession(state, c.req.param('session') ?? '');
      if (action !== 'start') changeStatus(webhooks, session, 'STOPPED');
      if (action !== 'stop') start(session);
      return c.json(show(session), 201);
    });
  }

  app.get('/api/sessions/:session/me', (c) => {
    const session = findSession(state, c.req.param('session'));
    return c.json(session.status === 'WORKING' ? session.me : null);
  });

  app.get('/api/:session/auth/qr', (c) => {
    const session = findSession(state, c.req.param('session'));
    if (session.status !== 'SCAN_QR_CODE') {
      const error = 'Session status is not as expected. Try again later or restart the session';
      const expected = ['SCAN_QR_CODE'];
      throw new HttpAnswer(422, { error, session: session.name, status: session.status, expected, statusCode: 422 });
    }
    if (c.req.query('format') === 'raw') return c.json({ value: `2@sandbox-${session.name}` });
    if (c.req.header('accept')?.includes('application/json')) return c.json({ mimetype: 'image/png', data: picture });
    return c.body(Buffer.from(picture, 'base64'), 200, { 'content-type': 'image/png' });
  });

  return app;
}

function show(session: Session) {
  return {
    name: session.name,
    status: session.status,
    config: session.config,
    me: session.status === 'WORKING' ? session.me : null,
    engine: { engine: 'GOWS' },
    presence: null,
    timestamps: { activity: null },
  };
}
