// What the consumers' runtime is measured with: consumers whose effect is one row, in any order and in order, singly and in batches, and those of the product.
import type { Batch, ConsumerRow } from '../../../workers/consumers/consumer.ts';
import { consumerRows } from '../../../workers/consumers/rows.ts';
import type { Sizes } from '../sizes.ts';

/** An event's type, its aggregate's type and what its data says beside the padding. */
type Said = { readonly type: string; readonly aggregateType?: string; readonly data?: Record<string, unknown> };

/** One way. `event`: the one of this sequence. `effects`: SQL that counts what has taken effect, one for each event. */
export type ConsumerWay = {
  readonly title: string;
  readonly row: ConsumerRow;
  readonly event: (aggregateId: string, sequence: number) => Said;
  readonly effects: string;
  readonly total: keyof Pick<Sizes, 'consumed' | 'slow'>;
  /** Nothing is wanted of it: it is there to compare, or Temporal sets its pace. */
  readonly isForShow?: true;
  readonly needsTemporal?: true;
};

const batch: Batch = { max: 100, waitMs: 0 };
const [anyOrder, inOrder] = [{ types: ['message.#'] }, { aggregates: ['message'] }] as const;

function oneRow(name: string, on: ConsumerRow['on'], more: Partial<ConsumerRow> = {}) {
  return {
    row: { name, on, prefetch: 500, concurrency: 8, maxAttempts: 3, queueVersion: 1, ...more },
    event: (messageId: string) => ({ type: 'message.sent', data: { messageId } }),
    effects: 'select count(*) as count from bench_effects',
    total: 'consumed',
  } as const;
}

const reached = ['message.sent', 'message.delivered', 'message.read', 'message.played'];
/** A message that was sent, and goes through its states again and again. */
const ofMessage = (messageId: string, sequence: number): Said => ({
  type: sequence === 1 ? 'message.created' : (reached[sequence % reached.length] ?? ''),
  data: { messageId, contactId: messageId, fromMe: true, createdAt: '2026-01-31T12:00:00.000Z' },
});
const claims = (name: string): string =>
  `select count(*) as count from processed_events where consumer_name = '${name}'`;

/** The ways. */
export const consumerWays = {
  unordered: { title: 'in any order', ...oneRow('bench_unordered', anyOrder), isForShow: true },
  ordered: { title: 'each aggregate in order', ...oneRow('bench_ordered', inOrder), isForShow: true },
  unorderedBatch: {
    title: 'in any order, up to 100 a transaction',
    ...oneRow('bench_unordered_batch', anyOrder, { batch }),
  },
  orderedBatch: {
    title: 'each aggregate in order, up to 100 a transaction',
    ...oneRow('bench_ordered_batch', inOrder, { batch }),
  },
  timeline: {
    title: 'contact_event_consumer',
    row: consumerRows.contact_event_consumer,
    event: (contactId, sequence) => ({
      type: 'contact.tag_added',
      aggregateType: 'contact',
      data: { contactId, tag: `tag ${sequence}` },
    }),
    effects: 'select count(*) as count from contact_events',
    total: 'consumed',
  },
  deliveries: {
    title: 'waha_message_consumer',
    row: consumerRows.waha_message_consumer,
    event: ofMessage,
    effects: 'select sum(last_sequence) as count from message_deliveries',
    total: 'consumed',
  },
  startsNothing: {
    title: 'workflow_starter, messages that came in: nothing to start',
    row: consumerRows.workflow_starter,
    event: () => ({ type: 'message.created', data: { fromMe: false } }),
    effects: claims('workflow_starter'),
    total: 'consumed',
  },
  starts: {
    title: 'workflow_starter, each event starts or signals a workflow in Temporal',
    row: consumerRows.workflow_starter,
    event: (groupId, sequence) => ({
      type: sequence === 1 ? 'message_group.created' : 'message_group.message_added',
      aggregateType: 'message_group',
      data: { groupId, messageId: groupId },
    }),
    effects: claims('workflow_starter'),
    total: 'slow',
    isForShow: true,
    needsTemporal: true,
  },
} as const satisfies Record<string, ConsumerWay>;

/** The name of one. */
export type ConsumerWayName = keyof typeof consumerWays;
