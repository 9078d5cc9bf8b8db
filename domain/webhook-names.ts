// The names under which events go out to webhooks, and the events of the contact's timeline that do; derived from the catalogue.
import { eventRows } from './catalog.ts';
import { possibleWebhookNames } from './kernel/define-events.ts';

/** Every webhook name there is, sorted. */
export const webhookNames: readonly string[] = [
  ...new Set(eventRows.flatMap(({ webhooks }) => possibleWebhookNames(webhooks as never))),
].sort();

/** The types of events that stand in a contact's timeline and go out to webhooks. */
export const contactEventTypes: readonly string[] = eventRows
  .filter(({ timeline, webhooks }) => timeline !== undefined && possibleWebhookNames(webhooks as never).length > 0)
  .map(({ type }) => type);
