// The ledger: what must hold after every run, however faulty. Judged from facts that were read out of the database, the broker and the processes
// (test/support/ledger/), never from what the program says of itself.

import type { Difference } from '../../db/event-store/compare-rows.ts';

/** An invariant, by its number. */
export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'I11' | 'I12';

/** A row of the outbox. */
export type LedgerEvent = {
  readonly eventId: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly type: string;
  readonly status: string;
  readonly tenantId: string;
};

/** An effect, in the order in which effects were made. `foreignRows`: rows of other tenants that it could see. */
export type LedgerEffect = {
  readonly consumer: string;
  readonly eventId: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly tenantId: string;
  readonly foreignRows: number;
};

/** A consumer whose effects are recorded. */
export type LedgerConsumer = {
  readonly name: string;
  readonly isOrdered: boolean;
  readonly binds: (type: string) => boolean;
};

/** A saga and what became of its steps. */
export type LedgerSaga = {
  readonly correlationId: string;
  readonly state: string;
  readonly steps: readonly { readonly step: string; readonly state: string; readonly effects: number }[];
};

/** A figure before the run and after a rest; more than `allowed` above the one before is a leak. */
export type Held = {
  readonly what: string;
  readonly before: number;
  readonly after: number;
  readonly allowed: number;
};

/** The facts. `acked`: ids of events whose command was answered as done. */
export type Ledger = {
  readonly events: readonly LedgerEvent[];
  readonly acked: readonly string[];
  readonly consumers: readonly LedgerConsumer[];
  readonly effects: readonly LedgerEffect[];
  /** Rows and snapshots that are not the fold of their events. */
  readonly misfolded: readonly Difference[];
  readonly waiting: readonly { readonly what: string; readonly count: number }[];
  readonly sagas: readonly LedgerSaga[];
  readonly foreignRows: readonly { readonly table: string; readonly tenantId: string; readonly count: number }[];
  readonly canaries: readonly { readonly place: string; readonly count: number }[];
  readonly exits: readonly { readonly process: string; readonly how: string }[];
  readonly held: readonly Held[];
};

/** What one invariant came to. `figure` is 0 when it holds; `examples` say where it does not, at most ten. */
export type Verdict = {
  readonly invariant: Invariant;
  readonly what: string;
  readonly figure: number;
  readonly examples: readonly string[];
};

const mostExamples = 10;

/** Judges all invariants; every one of them is in the answer. */
export function judge(ledger: Ledger): Verdict[] {
  const verdict = (invariant: Invariant, what: string, found: readonly string[]): Verdict => ({
    invariant,
    what,
    figure: found.length,
    examples: found.slice(0, mostExamples),
  });
  return [
    verdict('I1', 'lost: acked or committed, and no effect in a consumer that binds it', lost(ledger)),
    verdict('I2', 'unexpected: an effect whose event was never committed', unexpected(ledger)),
    verdict('I3', 'doubled effects', doubled(ledger)),
    verdict('I4', 'order inversions per aggregate, in ordered consumers', inverted(ledger)),
    verdict('I5', "gaps or repeats in an aggregate's sequence", gaps(ledger)),
    verdict('I6', 'rows and snapshots that differ from the fold of their events', misfolded(ledger)),
    verdict('I7', 'unpublished rows, ready or unacked messages, parked events', waiting(ledger)),
    verdict('I8', 'sagas that did not end in one way, or whose steps took effect in part', unsettled(ledger)),
    verdict('I9', 'rows seen of another tenant', foreign(ledger)),
    verdict('I10', 'personal data outside of ciphertext', leakedData(ledger)),
    verdict('I11', 'processes that ended, or failed, without being made to', unexpectedExits(ledger)),
    verdict('I12', 'connections, messages or memory still held after a rest', stillHeld(ledger)),
  ];
}

/** Those that do not hold. */
export function violations(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter(({ figure }) => figure > 0);
}

function lost({ events, acked, consumers, effects }: Ledger): string[] {
  const committed = new Set(events.map(({ eventId }) => eventId));
  const made = new Set(effects.map(({ consumer, eventId }) => `${consumer} ${eventId}`));
  return [
    ...acked.filter((eventId) => !committed.has(eventId)).map((eventId) => `${eventId} was acked and is not stored`),
    ...consumers.flatMap(({ name, binds }) =>
      events
        .filter(({ status, type, eventId }) => status !== 'discarded' && binds(type) && !made.has(`${name} ${eventId}`))
        .map(({ eventId, type, status }) => `${name} has no effect of ${type} ${eventId}, which is ${status}`),
    ),
  ];
}

function unexpected({ events, effects }: Ledger): string[] {
  const committed = new Set(events.map(({ eventId }) => eventId));
  return effects
    .filter(({ eventId }) => !committed.has(eventId))
    .map(({ consumer, eventId }) => `${consumer} has an effect of ${eventId}, which is not stored`);
}

function doubled({ effects }: Ledger): string[] {
  const seen = new Set<string>();
  return effects
    .map(({ consumer, eventId }) => `${consumer} ${eventId}`)
    .filter((key) => seen.has(key) || !seen.add(key));
}

function inverted({ consumers, effects }: Ledger): string[] {
  const ordered = new Set(consumers.filter(({ isOrdered }) => isOrdered).map(({ name }) => name));
  const last = new Map<string, number>();
  const found: string[] = [];
  for (const { consumer, aggregateId, sequence } of effects) {
    if (!ordered.has(consumer)) continue;
    const key = `${consumer} ${aggregateId}`;
    const before = last.get(key) ?? 0;
    if (sequence < before) found.push(`${key}: ${sequence} after ${before}`);
    last.set(key, Math.max(before, sequence));
  }
  return found;
}

function gaps({ events }: Ledger): string[] {
  const sequences = new Map<string, number[]>();
  for (const { aggregateId, sequence } of events)
    sequences.set(aggregateId, [...(sequences.get(aggregateId) ?? []), sequence]);
  return [...sequences].flatMap(([aggregateId, given]) => {
    const sorted = given.sort((one, other) => one - other);
    const wrong = sorted.findIndex((sequence, index) => sequence !== index + 1);
    return wrong === -1 ? [] : [`${aggregateId}: ${sorted[wrong]} in the place of ${wrong + 1}`];
  });
}

function misfolded(ledger: Ledger): string[] {
  return ledger.misfolded.map(({ aggregateType, aggregateId, what }) => `${aggregateType} ${aggregateId}: ${what}`);
}

function waiting({ waiting: left }: Ledger): string[] {
  return left.filter(({ count }) => count > 0).map(({ what, count }) => `${what}: ${count}`);
}

const terminal = new Set(['completed', 'compensated', 'failed']);

function unsettled({ sagas }: Ledger): string[] {
  return sagas.flatMap(({ correlationId, state, steps }) => {
    if (!terminal.has(state)) return [`${correlationId} is ${state}`];
    // Whole or not at all: a step counts when it was done and not undone.
    const wrong = steps.filter((step) => step.effects < 0 || step.effects > 1);
    const left = state === 'compensated' ? steps.filter(({ state: one }) => one === 'done') : [];
    const missing =
      state === 'completed' ? steps.filter(({ state: one }) => one === 'undone' || one === 'forbidden') : [];
    return [...wrong, ...left, ...missing].map(
      (step) =>
        `${correlationId} is ${state}, its step ${step.step} is ${step.state} with a net effect of ${step.effects}`,
    );
  });
}

function foreign({ foreignRows, effects, events }: Ledger): string[] {
  const tenantOf = new Map(events.map(({ eventId, tenantId }) => [eventId, tenantId]));
  const crossed = effects.filter(
    ({ eventId, tenantId, foreignRows: seen }) => seen > 0 || (tenantOf.get(eventId) ?? tenantId) !== tenantId,
  );
  return [
    ...foreignRows
      .filter(({ count }) => count > 0)
      .map(({ table, tenantId, count }) => `${tenantId} sees ${count} rows of others in ${table}`),
    ...crossed.map(
      ({ consumer, eventId, tenantId }) => `${consumer} worked on ${eventId} as ${tenantId}, or saw others`,
    ),
  ];
}

function leakedData({ canaries }: Ledger): string[] {
  return canaries.filter(({ count }) => count > 0).map(({ place, count }) => `${place}: ${count}`);
}

function unexpectedExits({ exits }: Ledger): string[] {
  return exits.map(({ process, how }) => `${process}: ${how}`);
}

function stillHeld({ held }: Ledger): string[] {
  return held
    .filter(({ before, after, allowed }) => after > before + allowed)
    .map(({ what, before, after }) => `${what}: ${before} before, ${after} after`);
}
