// The address at which a channel's gateway delivers to us: said once, for whoever registers it, notes it or shows it.

/** The webhook's address of a channel; `publicUrl` is where the API is reached from outside, with or without a slash at its end. */
export function webhookUrl(publicUrl: string, channelId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/v1/webhooks/waha/${channelId}`;
}
