// A session's configuration with one webhook more, fewer or changed: everything else in it stays, whoever put it there. Pure.
import { asRecord } from './loose.ts';
import type { SessionWebhook } from './session-calls.ts';

/** The configuration with this webhook, in place of one of the same address. */
export function withWebhook(config: object, { hmacKey, ...webhook }: SessionWebhook): object {
  const others = webhooksOf(config).filter(({ url }) => url !== webhook.url);
  return { ...config, webhooks: [...others, { ...webhook, hmac: { key: hmacKey } }] };
}

/** The configuration without the webhook of this address. */
export function withoutWebhook(config: object, address: string): object {
  return { ...config, webhooks: webhooksOf(config).filter(({ url }) => url !== address) };
}

/** Whether one says all that the other does; what the gateway shows beyond what it was given does not count. */
export function sameSettings(shown: object, wanted: object): boolean {
  return hasAll(shown, { webhooks: [], ...wanted });
}

function webhooksOf(config: object): readonly Readonly<Record<string, unknown>>[] {
  const webhooks: unknown = asRecord(config)?.['webhooks'];
  const items: readonly unknown[] = Array.isArray(webhooks) ? webhooks : [];
  return items.flatMap((item) => {
    const webhook = asRecord(item);
    return webhook ? [webhook] : [];
  });
}

function hasAll(shown: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    const items: unknown[] = Array.isArray(shown) ? shown : [];
    return items.length === wanted.length && wanted.every((one, index) => hasAll(items[index], one));
  }
  const fields = asRecord(wanted);
  if (!fields) return (shown ?? null) === (wanted ?? null);
  const record = asRecord(shown) ?? {};
  return Object.entries(fields).every(([name, value]) => hasAll(record[name], value));
}
