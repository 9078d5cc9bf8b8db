// Posts signed webhooks of new people, one text each, as a gateway would; knows the correlation id that each will have.
import { Agent, request } from 'undici';
import { inboundCorrelationId, messageKey } from '../../../intake/message-key.ts';
import { SIGNATURE_HEADER, signBody } from '../../../integrations/waha/signature.ts';

/** Where to post, and with which secret. */
export type Target = { readonly apiUrl: string; readonly channelId: string; readonly secret: string };

const agent = new Agent({ connections: 64, keepAliveTimeout: 30_000 });
const run = Date.now();
let count = 0;

/** The next webhook: body, signature, and the correlation id of its saga. `people` bounds how many different senders there are. */
export function nextWebhook(
  { channelId, secret }: Target,
  people = 1_000_000,
): { body: string; signature: string; correlationId: string } {
  count += 1;
  const innerId = `BENCH${run}N${count}`;
  const from = `5511${String(900_000_000 + (count % people))}@c.us`;
  const body = JSON.stringify({
    id: `evt_bench_${run}_${count}`,
    timestamp: Date.now(),
    event: 'message',
    session: 'default',
    me: { id: '5511300000000@c.us' },
    payload: {
      id: `false_${from}_${innerId}`,
      timestamp: Math.floor(Date.now() / 1000),
      from,
      fromMe: false,
      body: 'Do you have this in blue?',
      hasMedia: false,
      _data: { Info: { PushName: 'Bench' } },
    },
  });
  return {
    body,
    signature: signBody(Buffer.from(body), secret),
    correlationId: inboundCorrelationId(messageKey(channelId, innerId), 1),
  };
}

/** Posts it and waits for the answer. Throws on anything but 200. */
export async function post(
  { apiUrl, channelId }: Target,
  { body, signature }: { body: string; signature: string },
): Promise<void> {
  const answer = await request(`${apiUrl}/v1/webhooks/waha/${channelId}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [SIGNATURE_HEADER]: signature,
      'x-webhook-hmac-algorithm': 'sha512',
    },
    body,
    dispatcher: agent,
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`intake answered ${answer.statusCode}: ${text.slice(0, 200)}`);
}
