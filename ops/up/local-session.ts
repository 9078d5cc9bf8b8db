// Connects the sandbox's session to the demo channel, so that a fresh stack takes and sends messages at once: a stand-in for scanning the QR code.
import { webhookUrl } from '../../intake/webhook-url.ts';
import { createWahaClient } from '../../integrations/waha/client.ts';
import { loadConfig } from '../../platform/config.ts';
import type { StackState } from './state-file.ts';

/** Makes the session with our webhook, its secret and retries; the sandbox then says WORKING, which activates the channel. Idempotent. */
export async function connectLocalSession({ environment, demo }: StackState): Promise<void> {
  if (!demo) return;
  const config = loadConfig({ ...process.env, ...environment });
  const gateway = createWahaClient({ baseUrl: config.WAHA_URL, apiKey: config.WAHA_API_KEY, timeoutMs: 10_000 });
  await gateway.createOrUpdateSession(demo.sessionName, {
    webhooks: [
      {
        url: webhookUrl(config.API_PUBLIC_URL, demo.channelId),
        events: ['*'],
        hmacKey: demo.webhookSecret,
        // Long enough for the API to come back after a crash.
        retries: { policy: 'constant', delaySeconds: 2, attempts: 15 },
      },
    ],
    metadata: {},
  });
}
