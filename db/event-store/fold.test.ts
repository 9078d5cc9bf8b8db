// Folds of random histories: through a snapshot at any place the same as whole, with erased personal fields without an error, in every event-sourced aggregate.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { EventTable } from '../../domain/kernel/define-events.ts';
import { mapPii } from '../../domain/kernel/pii.ts';
import { ERASED } from '../../platform/crypto/sealed.ts';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { asInRow, openRow, type Row, rowJson, toRow } from '../state-store.ts';
import type { TenantKeys } from '../tenant-keys.ts';
import { momentsInOneForm } from './compare-rows.ts';
import { type AnyDefinition, eventSourced } from './event-sourced.ts';
import type { ReadEvent } from './read-events.ts';
import { type Beginning, fold } from './replay.ts';

/** Keys that seal nothing: what is bound to which place is tested elsewhere. `erased`: all of them are gone. */
const keysOf = (erased = false): TenantKeys =>
  ({
    tenantId: 't',
    seal: async (_subject: string, place: string, value: unknown) => JSON.stringify([place, value]),
    open: async (text: string, place: string) => {
      const [bound, value] = JSON.parse(text) as [string, unknown];
      assert.equal(bound, place);
      return erased ? ERASED : value;
    },
    blindIndex: async () => 'index',
  }) as Partial<TenantKeys> as TenantKeys;

const ids = { id: '', causationId: '', correlationId: '' };
const anEvent: ReadEvent = {
  ...{ ...ids, occurredAt: new Date(0), version: 1, erased: false },
  ...{ type: 'anything', data: {}, sequence: 2 },
};

/** A history as the event store gives it back. */
function historyOf(definition: AnyDefinition, inputs: Parameters<typeof runAll>[1]): ReadEvent[] {
  const { events } = runAll(definition, inputs);
  const stored = JSON.parse(JSON.stringify(events)) as typeof events;
  return stored.map(({ type, data }, index) => ({ ...anEvent, type, data, sequence: index + 1 }));
}

const start = ({ decider }: AnyDefinition): Beginning<{ readonly id: string }> => ({
  state: decider.initialState(),
  sequence: 0,
  erased: false,
  began: 'at the first event',
});

/** What is read of a snapshot taken of `folded`, as the row would give it back. */
async function throughSnapshot(
  { store }: AnyDefinition,
  folded: Beginning<{ readonly id: string }>,
): Promise<Beginning<{ readonly id: string }>> {
  const row = await toRow(store, folded.state, keysOf());
  return { ...folded, ...(await openRow(store, JSON.parse(rowJson(store, folded.state, row)) as Row, keysOf())) };
}

for (const [name, definition] of Object.entries(eventSourced))
  describe(name, () => {
    const first = `${name}.${name === 'session' ? 'start' : 'create'}`;
    const commands = arbitraryCommands(definition, {
      first,
      rare: [first, 'contact.delete', 'contact.anonymize', 'campaign.archive'],
    });
    const inRow = (state: { readonly id: string }) => momentsInOneForm(asInRow(definition.store, state, false));

    it('is the same through a snapshot at any place', async () => {
      let [longest, places] = [0, 0];
      await fc.assert(
        fc.asyncProperty(commands, async (inputs) => {
          const events = historyOf(definition, inputs);
          longest = Math.max(longest, events.length);
          const whole = inRow(fold(definition, start(definition), events).state);
          let before = start(definition);
          for (const [index, event] of events.entries()) {
            before = fold(definition, before, [event]);
            const snapshot = await throughSnapshot(definition, before);
            assert.deepEqual(inRow(fold(definition, snapshot, events.slice(index + 1)).state), whole);
            places += 1;
          }
        }),
        { numRuns: 200 },
      );
      assert.ok(longest > 5 && places > 500, `${longest} events at most, ${places} places`);
    });

    it('is folded without an error when what is personal was erased, and says so in what is read', async () => {
      const { rows } = definition.events as EventTable;
      await fc.assert(
        fc.asyncProperty(commands, async (inputs) => {
          const events = historyOf(definition, inputs).map((event) => {
            const schema = rows[event.type]?.data;
            return schema ? { ...event, data: mapPii(schema, event.data, () => null), erased: true } : event;
          });
          const { state } = fold(definition, start(definition), events);
          assert.deepEqual(Object.keys(state).sort(), Object.keys(definition.decider.initialState()).sort());
          for (const [key, value] of Object.entries(asInRow(definition.store, state, true)))
            if (key in definition.store.erased)
              assert.deepEqual(value, (definition.store.erased as Record<string, unknown>)[key]);
        }),
        { numRuns: 100 },
      );
    });

    it('tells a gap', () => {
      assert.throws(() => fold(definition, start(definition), [anEvent]), /have a gap after 0/);
    });
  });
