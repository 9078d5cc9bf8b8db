// What a webhook subscription must hold to beyond its own state: events that exist, an address that can be called, a number a project can have.

import { DomainError, violated } from '../domain/kernel/errors.ts';
import { nearestOf, unknownPatterns } from '../domain/webhook/patterns.ts';
import { contactEventTypes, webhookNames } from '../domain/webhook-names.ts';
import type { Config } from '../platform/config.ts';
import { whyNotPublic } from '../platform/public-address.ts';

type Settings = {
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly contactEventTypes?: readonly string[] | undefined;
};

/** So many subscriptions a project can have: each of its events is compared with all of them. */
export const mostWebhooksOfProject = 50;

/** Throws DomainError validation_failed that names each event nobody will ever send, with the nearest name there is, and an address that can't be called. */
export function requireWebhookSettings(
  { url, events = [], contactEventTypes: types = [] }: Settings,
  config: Config,
): void {
  const issues: { path: string; message: string }[] = [];
  const unknown = (path: string, name: string, nearest: string | undefined): void => {
    const hint = nearest === undefined ? '' : `: did you mean ${nearest}?`;
    issues.push({ path, message: `There is no webhook event ${name}${hint}` });
  };
  for (const { pattern, nearest } of unknownPatterns(events, webhookNames))
    unknown(`body.events.${events.indexOf(pattern)}`, pattern, nearest);
  for (const [index, type] of types.entries())
    if (!contactEventTypes.includes(type))
      unknown(`body.contactEventTypes.${index}`, type, nearestOf(type, contactEventTypes));
  const wrong = url === undefined ? undefined : whyNotPublic(url, config.NODE_ENV === 'development');
  if (wrong !== undefined) issues.push({ path: 'body.url', message: wrong });
  if (issues.length > 0)
    throw new DomainError('validation_failed', 'The webhook subscription is not valid: see errors.', { issues });
}

/** Throws DomainError rule_violated when the project has as many as it can have. */
export function requireRoom(count: number): void {
  if (count >= mostWebhooksOfProject)
    throw violated(
      'too_many_webhooks',
      `A project has at most ${mostWebhooksOfProject} subscriptions: delete one first.`,
    );
}
