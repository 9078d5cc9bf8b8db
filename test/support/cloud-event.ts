// A message off the broker as a CloudEvent of the official SDK, by docs/events-on-the-wire.md: what any receiver would do.
import assert from 'node:assert/strict';
import type { ConsumeMessage } from 'amqplib';
import { CloudEvent } from 'cloudevents';

/** What stands before each attribute's name in the headers. */
const prefix = 'cloudEvents:';
/** The SDK makes these up where they are missing. */
const neverMadeUp = ['specversion', 'id', 'source', 'type', 'time'];

/** The event, checked strictly by the SDK. Throws for what is none. */
export function toCloudEvent({ properties, content }: ConsumeMessage): CloudEvent<unknown> {
  const headers: Record<string, unknown> = properties.headers ?? {};
  const attributes: Record<string, unknown> = Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
  for (const name of neverMadeUp) assert.ok(name in attributes, `${name} is missing`);
  const data: unknown = JSON.parse(content.toString('utf8'));
  const event = new CloudEvent({ ...attributes, datacontenttype: properties.contentType, data }, true);
  assert.ok(event.validate(), 'its specification is one that the SDK knows');
  for (const [name, value] of Object.entries(attributes))
    assert.ok(typeof value === 'string' || typeof value === 'boolean' || Number.isInteger(value), `${name} has a type`);
  assert.equal(event.id, properties.messageId, 'its id is the message’s too');
  // Nothing is lost on its way through the JSON format but the microseconds, which the SDK cuts.
  const { time, ...back } = JSON.parse(JSON.stringify(event)) as Record<string, unknown>;
  const { time: sentAt, ...sent }: Record<string, unknown> = {
    ...attributes,
    datacontenttype: properties.contentType,
    data,
  };
  assert.deepEqual(back, sent);
  assert.equal(Date.parse(String(time)), Date.parse(String(sentAt)));
  return event;
}
