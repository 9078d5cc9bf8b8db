// Pairing: the QR code that rotates, the code to type on the phone, the passkey. Who scans or confirms is a call of the control's.
import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { findSession, readBody, requireStatus } from './http.ts';
import { codeRequest, passkeyAssertion } from './requests.ts';
import { announceStatus, changeStatus } from './session-status.ts';
import type { SandboxState, Session } from './state.ts';
import type { WebhookSender } from './webhooks.ts';

// One white pixel: what the picture of a QR code is to a machine that can't scan.
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==';
/** After so many that nobody scanned the session fails. */
const mostCodes = 6;

/** The phone has accepted: from now on starting needs no scan. */
export function pair(webhooks: WebhookSender, session: Session): void {
  session.paired = true;
  changeStatus(webhooks, session, 'WORKING');
}

/** The next QR code, or the end of the session's patience. */
export function rotateQr(webhooks: WebhookSender, session: Session): void {
  session.codes += 1;
  announceStatus(webhooks, session, session.codes > mostCodes ? 'FAILED' : 'SCAN_QR_CODE');
}

/** The challenge of a session that waits for a passkey. */
export function passkeyChallenge({ name }: Session) {
  return {
    challenge: digest(`challenge ${name}`),
    timeout: 60_000,
    rpId: 'web.whatsapp.com',
    allowCredentials: [{ id: digest(`credential ${name}`), type: 'public-key', transports: ['internal', 'hybrid'] }],
    userVerification: 'required',
  };
}

/** Routes under /api/{session}/auth. */
export function pairingRoutes(state: SandboxState, webhooks: WebhookSender): Hono {
  const app = new Hono().basePath('/api/:session/auth');

  app.get('/qr', (c) => {
    const session = findSession(state, c.req.param('session') ?? '');
    requireStatus(session, 'SCAN_QR_CODE');
    if (c.req.query('format') === 'raw') return c.json({ value: `2@sandbox-${session.name}-${session.codes}` });
    // What comes after a picture's end is not shown, and tells one code from the other.
    const bytes = Buffer.concat([Buffer.from(picture, 'base64'), Buffer.from(`code ${session.codes}`)]);
    if (c.req.header('accept')?.includes('application/json'))
      return c.json({ mimetype: 'image/png', data: bytes.toString('base64') });
    return c.body(bytes, 200, { 'content-type': 'image/png' });
  });

  app.post('/request-code', async (c) => {
    const session = findSession(state, c.req.param('session') ?? '');
    const { phoneNumber } = await readBody(c, codeRequest);
    requireStatus(session, 'SCAN_QR_CODE');
    const code = digest(`code ${phoneNumber}`).slice(0, 8).toUpperCase();
    return c.json({ code: `${code.slice(0, 4)}-${code.slice(4)}` }, 201);
  });

  app.get('/passkey/challenge', (c) => {
    const session = findSession(state, c.req.param('session') ?? '');
    requireStatus(session, 'PASSKEY_REQUIRED');
    return c.json(passkeyChallenge(session));
  });

  app.post('/passkey', async (c) => {
    const session = findSession(state, c.req.param('session') ?? '');
    await readBody(c, passkeyAssertion);
    requireStatus(session, 'PASSKEY_REQUIRED');
    changeStatus(webhooks, session, 'PASSKEY_CONFIRMATION_REQUIRED', { code: codeOf(session) });
    return c.json({}, 201);
  });

  app.get('/passkey/confirmation', (c) => {
    const session = findSession(state, c.req.param('session') ?? '');
    requireStatus(session, 'PASSKEY_CONFIRMATION_REQUIRED');
    return c.json({ code: codeOf(session) });
  });

  app.post('/passkey/confirm', (c) => {
    const session = findSession(state, c.req.param('session') ?? '');
    requireStatus(session, 'PASSKEY_CONFIRMATION_REQUIRED');
    pair(webhooks, session);
    return c.json({}, 201);
  });

  return app;
}

const codeOf = ({ name }: Session): string =>
  String(Number.parseInt(digestHex(name).slice(0, 8), 16) % 10_000).padStart(4, '0');

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').replaceAll(/[-_]/g, 'x');
}

function digestHex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
