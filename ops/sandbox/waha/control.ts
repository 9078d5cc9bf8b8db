// The sandbox's own endpoints, for scenarios and tests: put events in, misbehave, see what was sent and what the webhooks answered.
import { Hono } from 'hono';
import { z } from 'zod';
import { parseMessageId } from '../../../integrations/waha/ids.ts';
import { historyRequest, putHistory } from './history.ts';
import { findSession, readBody, requireStatus } from './http.ts';
import { pair, passkeyChallenge, rotateQr } from './pairing.ts';
import { changeStatus } from './session-status.ts';
import { ackName, type SandboxState, sessionStatuses, type WaMessage, wellBehaved } from './state.ts';
import { type Delivery, envelope, type WebhookSender } from './webhooks.ts';

const injection = z.object({
  session: z.string(),
  /** Event and payload: an envelope is built around them. */
  event: z.string().default('message.any'),
  payload: z.unknown().optional(),
  /** Fields that replace those of the built envelope. */
  envelope: z.record(z.string(), z.unknown()).default({}),
  /** The whole body instead, sent as it is; text that is not JSON too. */
  raw: z.unknown().optional(),
  /** A signature to send instead of the right one. */
  signature: z.string().optional(),
  /** Answer only when every webhook took it or was given up. */
  wait: z.boolean().default(false),
});

const counted = z.number().int().min(0);
const misbehaviour = z
  .strictObject({
    hangBeforeSend: counted,
    hangAfterSend: counted,
    failSends: counted,
    slowMs: counted,
    duplicateWebhooks: counted,
    loseWebhooks: counted,
    reorderAcks: z.boolean(),
    noAcks: z.boolean(),
    keyShapedAnswers: z.boolean(),
    autoPair: z.boolean(),
    failSessionCalls: counted,
    hangSessionCalls: counted,
    startStopped: z.boolean(),
    failHistoryCalls: counted,
    hangHistoryCalls: counted,
    slowHistoryMs: counted,
    deaf: z.boolean(),
    capping: z
      .object({
        cappingStatus: z.string(),
        totalQuota: z.number(),
        usedQuota: z.number(),
        cycleEnd: z.number().optional(),
      })
      .nullable(),
  })
  .partial();

const statusChange = z.object({ status: z.enum(sessionStatuses) });
/** Somebody holds the phone before the QR code; `passkey`: the account asks for one. */
const scan = z.strictObject({ passkey: z.boolean().default(false) });
const lidPair = z.object({ lid: z.string(), pn: z.string() });
const knownNumber = z.object({ phone: z.string(), chatId: z.string().nullable() });

/** Routes under /sandbox. */
export function controlRoutes(state: SandboxState, webhooks: WebhookSender): Hono {
  const app = new Hono().basePath('/sandbox');

  app.post('/events', async (c) => {
    const wanted = await readBody(c, injection);
    const session = findSession(state, wanted.session);
    const body = wanted.raw ?? { ...envelope(session, wanted.event, wanted.payload), ...wanted.envelope };
    remember(state, session.name, wanted.event, wanted.payload);
    const eventId = idOf(body);
    const signature = wanted.signature === undefined ? {} : { signature: wanted.signature };
    const deliveries = webhooks.deliver(session, { event: wanted.event, eventId, body, ...signature });
    if (wanted.wait) await webhooks.settled(deliveries);
    return c.json({ eventId, deliveries }, 201);
  });

  app.get('/deliveries', (c) => {
    const wanted = c.req.query('state');
    const all = webhooks.deliveries().filter((delivery) => wanted === undefined || delivery.state === wanted);
    return c.json({ data: all, counts: countStates(webhooks.deliveries()) });
  });

  app.get('/sent', (c) => c.json({ data: state.sent }));

  app.put('/misbehaviour', async (c) => {
    state.misbehaviour = { ...state.misbehaviour, ...onlyGiven(await readBody(c, misbehaviour)) };
    return c.json(state.misbehaviour);
  });
  app.delete('/misbehaviour', (c) => {
    state.misbehaviour = { ...wellBehaved };
    return c.json(state.misbehaviour);
  });

  app.put('/sessions/:session/status', async (c) => {
    const session = findSession(state, c.req.param('session'));
    changeStatus(webhooks, session, (await readBody(c, statusChange)).status);
    return c.json({ status: session.status });
  });

  app.post('/sessions/:session/scan', async (c) => {
    const session = findSession(state, c.req.param('session'));
    const { passkey } = await readBody(c, scan);
    requireStatus(session, 'SCAN_QR_CODE');
    if (passkey) changeStatus(webhooks, session, 'PASSKEY_REQUIRED', passkeyChallenge(session));
    else pair(webhooks, session);
    return c.json({ status: session.status });
  });

  app.post('/sessions/:session/rotate-qr', (c) => {
    const session = findSession(state, c.req.param('session'));
    requireStatus(session, 'SCAN_QR_CODE');
    rotateQr(webhooks, session);
    return c.json({ status: session.status, codes: session.codes });
  });

  app.put('/sessions/:session/history', async (c) => {
    const session = findSession(state, c.req.param('session'));
    return c.json(putHistory(state, session, await readBody(c, historyRequest)));
  });
  app.get('/history-calls', (c) => c.json({ count: state.historyCalls }));

  app.put('/lids', async (c) => {
    const { lid, pn } = await readBody(c, lidPair);
    state.lids.set(lid, pn);
    return c.json({ lid, pn });
  });

  app.put('/numbers', async (c) => {
    const { phone, chatId } = await readBody(c, knownNumber);
    state.numbers.set(phone, chatId);
    return c.json({ phone, chatId });
  });

  app.post('/reset', (c) => {
    webhooks.reset();
    state.sessions.clear();
    state.messages.length = 0;
    state.sent.length = 0;
    state.historyCalls = 0;
    state.lids.clear();
    state.numbers.clear();
    state.misbehaviour = { ...wellBehaved };
    return c.json({ ok: true });
  });

  return app;
}

/** Puts an injected message into the history, so that reading it back and importing work. */
function remember(state: SandboxState, session: string, event: string, payload: unknown): void {
  if (event !== 'message' && event !== 'message.any') return;
  const fields = z.looseObject({ id: z.string(), timestamp: z.number(), from: z.string() }).safeParse(payload);
  const id = fields.success ? parseMessageId(fields.data.id) : undefined;
  if (!fields.success || id === undefined) return;
  if (state.messages.some((stored) => stored.session === session && stored.innerId === id.innerId)) return;
  const base = { fromMe: id.fromMe ?? false, to: null, body: null, hasMedia: false, ack: 2, ackName: ackName(2) };
  const message: WaMessage = { ...base, ...fields.data };
  const chatId = id.chat?.address ?? fields.data.from;
  state.messages.push({ session, chatId, innerId: id.innerId, revoked: false, message });
}

function idOf(body: unknown): string {
  const parsed = z.looseObject({ id: z.string() }).safeParse(body);
  return parsed.success ? parsed.data.id : '';
}

function countStates(deliveries: Delivery[]): Record<Delivery['state'], number> {
  const counts = { pending: 0, delivered: 0, given_up: 0, lost: 0 };
  for (const delivery of deliveries) counts[delivery.state] += 1;
  return counts;
}

function onlyGiven<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
