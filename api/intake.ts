// POST /v1/webhooks/waha/{channelId}: verify, store, answer; only then start the message's saga or ring for the dispatcher.
// 2xx means that the event is in the database. Temporal is not asked before the answer, so it need not be there.
import type { Context } from 'hono';
import { DomainError } from '../domain/kernel/errors.ts';
import { type RawEvent, startedByIntake } from '../intake/raw-events.ts';
import { readGatewayEvent } from '../intake/read-gateway-event.ts';
import { storeRawEventAtOnce } from '../intake/store-raw-event.ts';
import type { GatewayEvent } from '../integrations/waha/gateway-event.ts';
import {
  ALGORITHM_HEADER,
  SIGNATURE_HEADER,
  type SignatureVerdict,
  verifySignature,
} from '../integrations/waha/signature.ts';
import { uuidv7At } from '../platform/clock.ts';
import type { ApiDeps, ApiEnv } from './api-deps.ts';
import { invalid } from './problem.ts';
import { idParams } from './schemas/common.ts';

/** Answers 200 `{ id, status }`: `stored`, or `ignored` for what is kept but not acted on. A repeated event gets the same answer. */
export async function takeWebhook(c: Context<ApiEnv>): Promise<Response> {
  const deps = c.get('deps');
  const { database } = deps;
  const params = idParams.safeParse({ id: c.req.param('channelId') });
  if (!params.success) throw invalid('param', [{ path: ['channelId'], message: 'must be a UUID' }]);
  const channelId = params.data.id;
  const channel = await deps.channelSecrets.find(channelId);
  if (!channel)
    throw new DomainError('not_found', 'There is no such channel: check the address that the gateway posts to.');
  const rawBody = c.get('rawBody');
  const verdict = verifySignature({
    rawBody,
    key: channel.secret,
    signature: c.req.header(SIGNATURE_HEADER),
    algorithm: c.req.header(ALGORITHM_HEADER),
  });
  if (verdict !== 'ok') throw refusal(verdict);
  const body = jsonText(rawBody);
  const receivedAt = database.clock.now();
  const event = readGatewayEvent(body, receivedAt);
  const given = { id: uuidv7At(receivedAt), channelId, body, event };
  const stored = await storeRawEventAtOnce(database, channel.tenantId, given);
  deps.measures.intakeEvents.inc({ kind: event.kind, outcome: stored.isNew ? 'stored' : 'known' });
  followUp(deps, stored, event);
  return c.json({ id: stored.id, status: stored.status === 'ignored' ? 'ignored' : 'stored' });
}

function refusal(verdict: Exclude<SignatureVerdict, 'ok'>): DomainError {
  const detail = {
    missing: `The header ${SIGNATURE_HEADER} is missing: set hmac.key in the gateway's webhook to the channel's secret.`,
    unsupported_algorithm: `The header ${ALGORITHM_HEADER} must be sha512.`,
    mismatch: "The signature is not that of this body: hmac.key in the gateway's webhook must be the channel's secret.",
  };
  return new DomainError('unauthenticated', detail[verdict]);
}

function jsonText(rawBody: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(rawBody);
    JSON.parse(text);
    return text;
  } catch {
    throw invalid('json', [{ path: [], message: 'must be JSON in UTF-8' }]);
  }
}

/** What was settled at once, or was seen to already, needs nothing more. */
function followUp({ sagaStarts, database }: ApiDeps, stored: RawEvent, event: GatewayEvent): void {
  if (stored.status !== 'stored') return;
  if (startedByIntake(event) && stored.messageKey !== null) {
    const { tenantId, id: rawEventId, channelId, messageKey, runNumber } = stored;
    sagaStarts.add({ tenantId, rawEventId, channelId, messageKey, runNumber });
  } else database.rawEventsBell.ring();
}
