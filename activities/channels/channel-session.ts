// A channel's session at the gateway: what it is called, what it is configured to, and whether it is the channel's at all.
import { findChannelSecret, newWebhookSecret, storeChannelSecret } from '../../db/channel-secrets.ts';
import type { Database } from '../../db/deps.ts';
import { inTenant } from '../../db/transaction.ts';
import type { Channel } from '../../domain/channel/channel.ts';
import { violated } from '../../domain/kernel/errors.ts';
import { webhookUrl } from '../../intake/webhook-url.ts';
import type { WahaSession } from '../../integrations/waha/answers.ts';
import type { SessionWebhook } from '../../integrations/waha/session-calls.ts';

/** What the product acts on; `message` would only repeat `message.any`. */
const events = [
  'session.status',
  'message.any',
  'message.reaction',
  'message.ack',
  'message.ack.group',
  'message.revoked',
  'message.edited',
  'group.v2.join',
  'group.v2.leave',
  'group.v2.update',
  'group.v2.participants',
  'label.upsert',
  'label.deleted',
  'label.chat.added',
  'label.chat.deleted',
];
/** The gateway forgets an event after the last try: nine hours, for an outage of ours. */
const retries = { policy: 'exponential', delaySeconds: 2, attempts: 15 } as const;

/** The name of a channel's session. */
export function sessionName({ externalId }: Channel): string {
  return externalId ?? 'default';
}

/** The metadata that marks a session as a channel's; the gateway repeats it in every event. */
export function sessionMetadata(tenantId: string, channelId: string): Record<string, string> {
  return { tenantId, channelId };
}

/** Throws rule_violated for somebody else's session: anyone may name one, only its own channel may have it. */
export function requireOwn(session: WahaSession, { id }: Channel, publicUrl: string): void {
  if (isOwn(session, id, publicUrl)) return;
  throw violated(
    'session_taken',
    'The gateway has a session of this name that is not this channel’s: create the channel with another externalId.',
  );
}

/** Whether the session was made for the channel, or delivers to it already. */
export function isOwn({ metadata, webhookUrls }: WahaSession, channelId: string, publicUrl: string): boolean {
  return metadata['channelId'] === channelId || webhookUrls.includes(webhookUrl(publicUrl, channelId));
}

/** The webhook that the session must call, with the channel's secret; a channel that has none yet gets one. */
export async function sessionWebhook(
  database: Database,
  {
    tenantId,
    channelId,
    publicUrl,
  }: { readonly tenantId: string; readonly channelId: string; readonly publicUrl: string },
): Promise<SessionWebhook> {
  const known = await findChannelSecret(database, channelId);
  const hmacKey = known?.secret ?? newWebhookSecret();
  if (!known)
    await inTenant(database.pool, tenantId, (tx) => storeChannelSecret(tx, database.keysOf, channelId, hmacKey));
  return { url: webhookUrl(publicUrl, channelId), events, hmacKey, retries };
}
