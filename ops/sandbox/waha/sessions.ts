// The session calls: create, configure, start, stop, log out, delete. Starting leads through SCAN_QR_CODE to WORKING, each state announced by webhook.
import { Hono, type MiddlewareHandler } from 'hono';
import { findSession, HttpAnswer, hang, readBody } from './http.ts';
import { pair } from './pairing.ts';
import { type SessionConfig, sessionCreate, sessionUpdate } from './requests.ts';
import { changeStatus } from './session-status.ts';
import { accountOf, newInnerId, type SandboxState, type Session, takeOne } from './state.ts';
import type { WebhookSender } from './webhooks.ts';

/** Session and pairing calls as they go wrong on demand: refused before anything is done, or done and never answered. */
export function troubled(state: SandboxState, stop: AbortSignal): MiddlewareHandler {
  return async (c, next) => {
    if (takeOne(state, 'failSessionCalls'))
      throw new HttpAnswer(500, { statusCode: 500, message: 'Internal server error' });
    const hangs = takeOne(state, 'hangSessionCalls');
    await next();
    if (hangs) c.res = await hang(c.req.raw.signal, stop);
  };
}

/** The same for calls that read history, which may be slow besides. */
export function troubledHistory(state: SandboxState, stop: AbortSignal): MiddlewareHandler {
  return async (c, next) => {
    const { slowHistoryMs } = state.misbehaviour;
    if (slowHistoryMs > 0) await new Promise((resolve) => setTimeout(resolve, slowHistoryMs));
    if (takeOne(state, 'failHistoryCalls'))
      throw new HttpAnswer(500, { statusCode: 500, message: 'Internal server error' });
    if (takeOne(state, 'hangHistoryCalls')) c.res = await hang(c.req.raw.signal, stop);
    else await next();
    state.historyCalls += 1;
  };
}

/** Routes under /api/sessions. */
export function sessionRoutes(state: SandboxState, webhooks: WebhookSender): Hono {
  const app = new Hono();

  function start(session: Session): void {
    if (session.status !== 'STOPPED' && session.status !== 'FAILED') return;
    changeStatus(webhooks, session, 'STARTING');
    if (!session.paired) waitForScan(session);
    if (session.paired || state.misbehaviour.autoPair) pair(webhooks, session);
  }

  function waitForScan(session: Session): void {
    session.codes = 1;
    changeStatus(webhooks, session, 'SCAN_QR_CODE');
  }

  function logout(session: Session): void {
    const isRunning = session.status !== 'STOPPED';
    session.paired = false;
    changeStatus(webhooks, session, 'STOPPED');
    if (!isRunning) return;
    changeStatus(webhooks, session, 'STARTING');
    // Nobody stands there to scan it again.
    waitForScan(session);
  }

  function put(name: string, config: SessionConfig): Session {
    const unpaired = { paired: false, codes: 0, statuses: [] };
    const session: Session = { name, status: 'STOPPED', config, me: accountOf(name), ...unpaired };
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
    if (body.start !== false && !state.misbehaviour.startStopped) start(session);
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
    const session = state.sessions.get(c.req.param('session'));
    if (session) changeStatus(webhooks, session, 'STOPPED');
    state.sessions.delete(c.req.param('session'));
    return c.body(null, 200);
  });

  const actions: Readonly<Record<string, (session: Session) => void>> = {
    start,
    stop: (session) => changeStatus(webhooks, session, 'STOPPED'),
    restart: (session) => {
      changeStatus(webhooks, session, 'STOPPED');
      start(session);
    },
    logout,
  };
  for (const [name, action] of Object.entries(actions)) {
    app.post(`/api/sessions/:session/${name}`, (c) => {
      const session = findSession(state, c.req.param('session') ?? '');
      action(session);
      return c.json(show(session), 201);
    });
  }

  app.get('/api/sessions/:session/capping', (c) => {
    findSession(state, c.req.param('session'));
    if (state.misbehaviour.capping === null) throw new HttpAnswer(404, { message: 'Cannot GET', statusCode: 404 });
    return c.json(state.misbehaviour.capping);
  });

  app.get('/api/sessions/:session/me', (c) => {
    const session = findSession(state, c.req.param('session'));
    return c.json(session.status === 'WORKING' ? session.me : null);
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
