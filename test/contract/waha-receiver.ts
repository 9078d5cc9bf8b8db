// A webhook receiver that keeps the raw bytes and headers of what it gets and answers what the test says.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One webhook as it came. */
export type Received = { raw: Buffer; headers: IncomingHttpHeaders; body: Record<string, unknown> };

/** A listening receiver. */
export type WebhookReceiver = { url: string; received: Received[]; close(): Promise<void> };

/** Starts a receiver; `status` says what to answer to the n-th request (1, 2, …), 200 when left out. */
export async function startWebhookReceiver(status: (request: number) => number = () => 200): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      received.push({ raw, headers: request.headers, body: parse(raw) });
      response.writeHead(status(received.length)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

function parse(raw: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return {};
  }
}
