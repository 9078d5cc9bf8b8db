// Every aggregate against a naive model of it: 1,000 random sequences of up to 50 commands each, stored and read back as the command handler does it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type AggregateType, aggregates } from '../../domain/catalog.ts';
import { type AnyEvent, type Command, type CommandTable, outcomeOf } from '../../domain/kernel/define-aggregate.ts';
import { DomainError } from '../../domain/kernel/errors.ts';
import { arbitraryCommands, foldStored, someIds } from '../support/arbitrary-command.ts';
import { type Aggregate, type Input, momentOf } from '../support/given.ts';
import { naiveModels } from './naive-models.ts';
import { simulationSettings } from './random.ts';

type AnyAggregate = Aggregate<{ readonly id: string }, Command, AnyEvent>;

type Data = Readonly<Record<string, unknown>>;
type Life = {
  /** What makes it. Null: made by another aggregate's saga. */
  readonly first: readonly string[] | null;
  /** What ends it: those come seldom, or nothing else would be seen. */
  readonly rare?: readonly string[];
  /** Makes of a random beginning one that is whole, where chance seldom does. */
  readonly whole?: (data: Data) => Data;
};

const wholeCredential = (data: Data): Data => {
  const needed = { api_key: ['apiKey'], basic_auth: ['username', 'password'], bearer_token: ['token'] };
  return { ...data, secretNames: needed[data['credentialType'] as keyof typeof needed] ?? ['accessToken'] };
};
const lives: Readonly<Record<AggregateType, Life>> = {
  project: { first: ['project.create'] },
  user: { first: ['user.create'], rare: ['user.delete'] },
  agent: { first: ['agent.create'], rare: ['agent.create'] },
  agent_session: { first: ['agent_session.join'] },
  project_member: { first: ['project_member.invite'], rare: ['project_member.remove'] },
  credential: {
    first: ['credential.create'],
    rare: ['credential.delete', 'credential.create'],
    whole: wholeCredential,
  },
  channel: { first: ['channel.create'], rare: ['channel.delete', 'channel.create'] },
  automation: { first: ['automation.create'] },
  automation_run: { first: ['automation_run.start'] },
  channel_type: { first: ['channel_type.create'] },
  contact: {
    first: ['contact.create'],
    rare: ['contact.delete', 'contact.create', 'contact.become_merged', 'contact.merge', 'contact.anonymize'],
  },
  chat: { first: ['chat.create'], rare: ['chat.close', 'chat.create'] },
  session: { first: ['session.start'], rare: ['session.close', 'session.start'] },
  message: {
    first: ['message.receive', 'message.queue'],
    rare: ['message.discard', 'message.receive', 'message.queue'],
  },
  message_group: {
    first: ['message_group.open'],
    rare: ['message_group.expire', 'message_group.complete', 'message_group.start_processing'],
  },
  tracking: { first: ['tracking.create'] },
  enrichment: { first: null },
  broadcast: { first: ['broadcast.create'], rare: ['broadcast.cancel', 'broadcast.fail', 'broadcast.create'] },
  broadcast_recipient: { first: null },
  sequence: { first: ['sequence.create'], rare: ['sequence.archive', 'sequence.create'] },
  sequence_enrollment: {
    first: ['sequence_enrollment.enroll'],
    rare: ['sequence_enrollment.exit', 'sequence_enrollment.enroll'],
  },
  campaign: { first: ['campaign.create'], rare: ['campaign.archive', 'campaign.complete', 'campaign.create'] },
  campaign_enrollment: {
    first: ['campaign_enrollment.enroll'],
    rare: ['campaign_enrollment.exit', 'campaign_enrollment.enroll'],
  },
  pipeline: { first: ['pipeline.create'], rare: ['pipeline.create'] },
  status: { first: ['status.create'], rare: ['status.remove', 'status.create'] },
  billing_account: {
    first: ['billing_account.create'],
    rare: ['billing_account.cancel', 'billing_account.create'],
  },
  subscription: { first: ['subscription.create'], rare: ['subscription.cancel', 'subscription.create'] },
  invoice: { first: ['invoice.create'], rare: ['invoice.void', 'invoice.pay', 'invoice.create'] },
  usage_meter: { first: ['usage_meter.create'] },
  webhook: { first: ['webhook.create'], rare: ['webhook.delete', 'webhook.create'] },
  webhook_delivery: { first: ['webhook_delivery.plan'], rare: ['webhook_delivery.discard'] },
  contact_list: { first: ['contact_list.create'], rare: ['contact_list.delete', 'contact_list.create'] },
  contact_list_member: { first: ['contact_list_member.add'] },
  note: { first: ['note.add'], rare: ['note.delete', 'note.add'] },
  custom_field: { first: ['custom_field.create'], rare: ['custom_field.delete', 'custom_field.create'] },
  session_policy: { first: ['session_policy.create'], rare: ['session_policy.delete', 'session_policy.create'] },
};

/** Sequences that begin properly, most of the time. */
function sequences(aggregate: { readonly commands: CommandTable }, name: AggregateType): fc.Arbitrary<Input[]> {
  const { first, rare = [], whole = (data) => data } = lives[name];
  const anything = { arbitrary: arbitraryCommands(aggregate, { rare }), weight: 1 };
  const proper = (first ?? []).map((making) => ({
    arbitrary: arbitraryCommands(aggregate, { first: making, rare }).map(([begin, ...rest]) =>
      begin ? [{ ...begin, data: whole((begin.data ?? {}) as Data) }, ...rest] : rest,
    ),
    weight: 9,
  }));
  // As they come: through JSON, which knows no -0.
  return fc.oneof(...proper, anything).map((inputs) => JSON.parse(JSON.stringify(inputs)) as Input[]);
}

/** What the command handler keeps: the state's row, and the events by their sequence. */
type Stored = {
  readonly state: { readonly id: string };
  readonly log: readonly { readonly sequence: number; readonly event: AnyEvent }[];
};

/** One command on what is stored; undefined: refused. Neither decider nor fold may touch what they are given. */
function execute(
  { decider, commands }: AnyAggregate,
  { state, log }: Stored,
  input: Input,
  at: string,
): Stored | undefined {
  const data: unknown = commands[input.type]?.parse(input.data);
  const command = frozen({ type: input.type, data, at });
  let outcome: ReturnType<typeof outcomeOf<{ readonly id: string }, Command, AnyEvent>>;
  try {
    outcome = outcomeOf(decider, command, state);
  } catch (error) {
    if (error instanceof DomainError && error.code !== 'internal') return undefined;
    throw error;
  }
  const { events, state: after } = frozen(outcome);
  assert.deepEqual(outcomeOf(decider, command, state), outcome, 'it decides the same again');
  if (events.length === 0 && !('settle' in decider)) assert.equal(after, state);
  const sequence = log.length;
  return { state: after, log: [...log, ...events.map((event, index) => ({ sequence: sequence + index + 1, event }))] };
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}

function startOf({ decider }: AnyAggregate, name: AggregateType): { readonly id: string } {
  const nothing = decider.initialState();
  const made = { id: someIds[0] ?? '', messageId: someIds[1], contactId: someIds[2], createdAt: momentOf(0) };
  return frozen(lives[name].first === null ? { ...nothing, ...made } : nothing);
}

/** Runs a sequence beside its model. */
function check(
  aggregate: AnyAggregate,
  name: AggregateType,
  inputs: readonly Input[],
): { accepted: number; refused: number } {
  const model = naiveModels[name]();
  let stored: Stored = { state: startOf(aggregate, name), log: [] };
  let accepted = 0;
  for (const [index, input] of inputs.entries()) {
    const data = (input.data ?? {}) as Record<string, unknown>;
    const expected = model.accepts(input.type, data);
    const before = stored.state;
    const next = execute(aggregate, stored, input, momentOf(index));
    if (expected !== undefined) assert.equal(next !== undefined, expected, `${input.type} accepted`);
    if (next) {
      model.note(input.type, data);
      stored = next;
      accepted += 1;
    }
    // What was refused has changed nothing: the state is frozen, and still the same.
    else assert.equal(stored.state, before);
    assert.deepEqual(model.see(stored.state), model.expects(), input.type);
  }
  assert.deepEqual(
    stored.log.map(({ sequence }) => sequence),
    stored.log.map((_, index) => index + 1),
  );
  if (aggregate.decider.storage === 'events')
    assert.deepEqual(
      foldStored(
        aggregate,
        stored.log.map(({ event }) => event),
      ),
      stored.state,
    );
  else assert.deepEqual(JSON.parse(JSON.stringify(stored.state)), stored.state);
  return { accepted, refused: inputs.length - accepted };
}

describe('every aggregate does what a naive model of it does', () => {
  const { seed } = simulationSettings(0);
  for (const [key, one] of Object.entries(aggregates)) {
    const name = key as AggregateType;
    // Commands come parsed by the aggregate's own schemas.
    const aggregate = one as unknown as AnyAggregate;
    test(name, (t) => {
      const counts = { accepted: 0, refused: 0 };
      fc.assert(
        fc.property(sequences(aggregate, name), (inputs) => {
          const { accepted, refused } = check(aggregate, name, inputs);
          counts.accepted += accepted;
          counts.refused += refused;
        }),
        { numRuns: 1_000, seed },
      );
      t.diagnostic(`SIMULATION_SEED=${seed}: ${counts.accepted} accepted, ${counts.refused} refused`);
      assert.ok(counts.accepted > 900 && counts.refused > 100, 'the commands were all of one kind');
    });
  }
});
