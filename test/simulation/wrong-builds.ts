// Backbones made wrong on purpose, each by one part that behaves as a careless implementation would. The invariants have to notice every one.
import { takeMessage } from '../../workers/consumers/take-message.ts';
import type { PendingEvent } from '../../workers/relay/ports.ts';
import type { WrongBuild } from './backbone.ts';

/** Says that an event is out as soon as it is written to the socket. */
export const marksBeforeConfirm: WrongBuild = {
  publisher: (port) => ({
    ready: port.ready,
    publish: (event, settle) => {
      port.publish(event, () => {});
      settle({ kind: 'confirmed' });
    },
  }),
};

/** Reads on from the last position it saw, instead of asking what is pending. */
export const readsByCursor: WrongBuild = {
  outbox: (port) => {
    let cursor = 0;
    return {
      ...port,
      readPending: async (query) => {
        const read = await port.readPending({ ...query, after: Math.max(query.after, cursor), except: [] });
        cursor = Math.max(cursor, ...read.events.map(({ id }) => id));
        return read;
      },
    };
  },
};

/** Takes every partition for its own, whoever owns it, and writes as if it did. */
export const checksNoLease: WrongBuild = {
  leases: (port) => ({
    ...port,
    beat: async (drained) => {
      const view = await port.beat(drained);
      const all = [0, 1, 2, 3].map((partition) => [partition, view.owned.get(partition) ?? 1] as const);
      return { ...view, owned: new Map(all), surplus: [] };
    },
  }),
};

/** Acks a message as soon as it is there. */
export const acksBeforeCommit: WrongBuild = {
  takeMessage: (processor, message, settle, rest) => {
    settle.ack();
    return takeMessage(processor, message, { ack: () => {}, reject: settle.reject }, rest);
  },
};

/** Claims in a transaction of its own: committed, whatever becomes of the effect. */
export const claimsApart: WrongBuild = {
  store: (store) => ({
    ...store,
    claimEvent: ({ tenantId }, consumer, eventId) =>
      store.inTenant(tenantId ?? '', (own) => store.claimEvent(own, consumer, eventId)),
    claimEvents: ({ tenantId }, consumer, eventIds) =>
      store.inTenant(tenantId ?? '', (own) => store.claimEvents(own, consumer, eventIds)),
  }),
};

/** Claims nothing: every delivery takes effect. */
export const claimsNothing: WrongBuild = {
  store: (store) => ({
    ...store,
    claimEvent: async () => ({ claimed: true, dueInMs: 0 }),
    claimEvents: async (_tx, _consumer, eventIds) => [...eventIds],
  }),
};

/** Takes events as they come, though its effects are to be in order. */
export const parksNothing: WrongBuild = {
  consumers: (consumers) => consumers.map((consumer) => ({ ...consumer, on: { types: ['#'] } })),
};

/** Parks what comes too early, and then forgets it. */
export const forgetsParked: WrongBuild = {
  store: (store) => ({ ...store, takeParked: async () => undefined }),
};

/** Takes over partitions without asking which aggregates are held back in them, and goes on behind what was given up. */
export const skipsWithoutHold: WrongBuild = {
  outbox: (port) => ({ ...port, readHolding: async () => [], readAggregate: withoutGivenUp(port.readAggregate) }),
};

function withoutGivenUp<T extends { readonly waitMs: number; readonly event: PendingEvent }>(
  read: (aggregateId: string, limit: number) => Promise<readonly T[]>,
) {
  return async (aggregateId: string, limit: number): Promise<readonly T[]> =>
    (await read(aggregateId, limit)).filter(({ waitMs }) => waitMs !== Number.POSITIVE_INFINITY);
}

/** Rebuilds, and keeps the claims of what it clears: what is sent again counts as done. */
export const clearsButClaims: WrongBuild = {
  tables: (tables) => ({
    ...tables,
    clearEvents: async (owner, consumer) => {
      tables.effects.splice(
        0,
        tables.effects.length,
        ...tables.effects.filter((effect) => effect.consumer !== consumer),
      );
      return tables.asked(owner, () => 0);
    },
  }),
};

/** Takes what it was asked to send again for sent. */
export const forgetsResends: WrongBuild = {
  tables: (tables) => ({
    ...tables,
    resendsOf: (consumer) => {
      tables.sentAgain(consumer, tables.resendsOf(consumer));
      return new Map();
    },
  }),
};

/** Consumers that go on while they are paused. */
export const ignoresPauses: WrongBuild = {
  pauses: (pauses) => ({
    ...pauses,
    isPaused: () => false,
    follow: (owner) =>
      pauses.follow(owner, () => {
        for (const consumer of ['ordered', 'unordered']) pauses.noticed(consumer, owner);
      }),
  }),
};
