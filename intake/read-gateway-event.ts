// Raw body → GatewayEvent: JSON, the hash that stands for a missing id, and the parser. What is no JSON becomes kind `other`.
import type { GatewayEvent } from '../integrations/waha/gateway-event.ts';
import { parseGatewayEvent } from '../integrations/waha/parse.ts';
import { hashRawBody } from '../integrations/waha/signature.ts';

/** Parses a stored body (UTF-8 text). `receivedAt` stands in where the body has no time. Never throws. */
export function readGatewayEvent(body: string, receivedAt: Date): GatewayEvent {
  return parseGatewayEvent(parseJson(body), {
    rawHash: hashRawBody(Buffer.from(body, 'utf8')),
    receivedAt: receivedAt.toISOString(),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
