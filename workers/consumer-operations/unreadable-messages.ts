// Messages in a consumer's dead-letter queue that are none of our events: no row tells of them, and nobody can redrive them. Looked at, and taken out.
import { maskText } from '../../platform/mask-text.ts';
import type { Broker } from './broker.ts';
import { type DeadMessage, walkDeadQueue } from './walk-dead-queue.ts';

/**
 * What may be told of one, nothing of its content. `messageId` and `routingKey` are whatever its sender wrote: what looks personal in them is masked.
 * `at`: when the consumer gave it up, ISO 8601; null: it was put there by somebody else.
 */
export type UnreadableMessage = {
  readonly messageId: string;
  readonly routingKey: string | null;
  readonly exchange: string | null;
  readonly reason: string;
  readonly at: string | null;
  readonly bytes: number;
};

/** Those of a queue, in its order; `remove` takes out all of them, or those of one id. Undefined: there is no such queue. */
export async function unreadableMessages(
  broker: Pick<Broker, 'send' | 'onChannel' | 'look'>,
  deadQueue: string,
  { messageId, remove = false }: { readonly messageId?: string | undefined; readonly remove?: boolean } = {},
): Promise<readonly UnreadableMessage[] | undefined> {
  if (!(await broker.look(deadQueue))) return undefined;
  const found: UnreadableMessage[] = [];
  await walkDeadQueue(broker, deadQueue, (dead) => {
    if (dead.unreadable === undefined) return 'kept';
    const told = describe(dead, dead.unreadable);
    if (messageId !== undefined && told.messageId !== messageId) return 'kept';
    found.push(told);
    return remove ? 'removed' : 'kept';
  });
  return found;
}

function describe({ message, id }: DeadMessage, reason: string): UnreadableMessage {
  const death = firstDeath(message.properties.headers?.['x-death']);
  return {
    messageId: shown(id),
    routingKey: death.routingKey === null ? null : shown(death.routingKey),
    exchange: death.exchange === null ? null : shown(death.exchange),
    reason,
    at: death.at,
    bytes: message.content.length,
  };
}

/** What the broker wrote down when the consumer rejected it. */
function firstDeath(header: unknown): { routingKey: string | null; exchange: string | null; at: string | null } {
  const deaths: unknown[] = Array.isArray(header) ? header : [];
  const death = (deaths.at(-1) ?? {}) as Record<string, unknown>;
  const keys: unknown[] = Array.isArray(death['routing-keys']) ? death['routing-keys'] : [];
  const time = death['time'] as { value?: unknown } | undefined;
  return {
    routingKey: text(keys[0]),
    exchange: text(death['exchange']),
    at: typeof time?.value === 'number' ? new Date(time.value * 1_000).toISOString() : null,
  };
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
/** On one line, without what would steer a terminal. */
const shown = (value: string): string => maskText(value.replace(/\p{Cc}/gu, '?'), 120);
