// The pipeline: its statuses in their order, one event a changed field, and a qualification that can be met and leads somewhere.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, foldStored, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const pipelineId = id(10);
const created = { pipelineId, projectId: id(11), tenantId: 'demo', name: 'Sales' };
const create: Input = { type: 'pipeline.create', data: created };
const add = (statusId: string, statusName = 'New'): Input => ({
  type: 'pipeline.add_status',
  data: { statusId, statusName, statusType: 'open' },
});
const config = {
  criteria: [
    { key: 'budget', question: 'Does the contact name a budget?', points: 60 },
    { key: 'need', question: 'Is there a need?', points: 40 },
  ],
  minimumScore: 100,
  statusId: id(20),
};
const configure: Input = { type: 'pipeline.set_lead_qualification', data: config };
const enable: Input = { type: 'pipeline.enable_lead_qualification', data: {} };
const { pipeline } = aggregates;

describe('pipeline', () => {
  it('is made once', () => {
    const state = given(pipeline)
      .when('pipeline.create', { ...created, color: '#1f9d55' })
      .thenEvents([{ type: 'pipeline.created', data: { ...created, color: '#1f9d55', createdAt: momentOf(0) } }]);
    assert.deepEqual([state.active, state.statusIds, state.description], [true, [], null]);
    given(pipeline, [create]).when('pipeline.create', created).thenRefused('pipeline_exists');
    given(pipeline).when('pipeline.activate').thenRefused('not_found');
  });

  it('tells each changed field by itself, and nothing of what stays', () => {
    const sales = given(pipeline, [create, add(id(20)), add(id(21), 'Won')]);
    const changed = sales.when('pipeline.update', {
      name: 'Sales',
      description: 'Brazil',
      color: null,
      statusIds: [id(21), id(20)],
    });
    const state = changed.thenEvents([
      { type: 'pipeline.updated', data: { pipelineId, field: 'description', oldValue: null, newValue: 'Brazil' } },
      {
        type: 'pipeline.updated',
        data: { pipelineId, field: 'statusIds', oldValue: [id(20), id(21)], newValue: [id(21), id(20)] },
      },
    ]);
    assert.deepEqual([state.description, state.statusIds], ['Brazil', [id(21), id(20)]]);
    for (const statusIds of [[id(20)], [id(20), id(20)], [id(20), id(21), id(22)]])
      sales.when('pipeline.update', { statusIds }).thenRefused('not_the_statuses');
  });

  it('is activated and deactivated, each once', () => {
    given(pipeline, [create]).when('pipeline.activate').thenNothing();
    const state = given(pipeline, [create]).when('pipeline.deactivate').thenTypes('pipeline.deactivated');
    given(pipeline, [], state).when('pipeline.deactivate').thenNothing();
    given(pipeline, [], state).when('pipeline.activate').thenTypes('pipeline.activated');
  });

  it('gets and loses statuses, up to a limit', () => {
    const one = given(pipeline, [create, add(id(20))]);
    one.when('pipeline.add_status', add(id(20)).data).thenNothing();
    one.when('pipeline.remove_status', { statusId: id(21), statusName: 'Won' }).thenNothing();
    const state = one
      .when('pipeline.remove_status', { statusId: id(20), statusName: 'New' })
      .thenEvents([{ type: 'pipeline.status_removed', data: { pipelineId, statusId: id(20), statusName: 'New' } }]);
    assert.deepEqual(state.statusIds, []);
    const full = { ...one.state, statusIds: Array.from({ length: 50 }, (_, index) => id(index + 30)) };
    given(pipeline, [], full)
      .when('pipeline.add_status', add(id(20)).data)
      .thenRefused('too_many_statuses');
  });

  it('qualifies leads by criteria that can be met, into a status of its own', () => {
    const sales = given(pipeline, [create, add(id(20))]);
    sales.when('pipeline.enable_lead_qualification').thenRefused('lead_qualification_not_set');
    const set = (changes: object) => sales.when('pipeline.set_lead_qualification', { ...config, ...changes });
    set({ minimumScore: 101 }).thenRefused('score_unreachable');
    set({ criteria: [config.criteria[0], { ...config.criteria[1], points: 41 }] }).thenRefused('points_over_100');
    set({ statusId: id(21) }).thenRefused('status_not_in_pipeline');
    set({ criteria: [config.criteria[0], config.criteria[0]] }).thenRefused('criterion_twice');
    const state = set({}).thenEvents([
      { type: 'pipeline.lead_qualification_config_updated', data: { pipelineId, config } },
    ]);
    const turned = { statusId: config.statusId, minimumScore: config.minimumScore, criteria: config.criteria };
    given(pipeline, [], { ...state, leadQualification: turned })
      .when('pipeline.set_lead_qualification', config)
      .thenNothing();
    given(pipeline, [], state)
      .when('pipeline.remove_status', { statusId: id(20), statusName: 'New' })
      .thenRefused('status_in_qualification');
    const on = given(pipeline, [], state)
      .when('pipeline.enable_lead_qualification')
      .thenTypes('pipeline.lead_qualification_enabled');
    given(pipeline, [], on).when('pipeline.enable_lead_qualification').thenNothing();
    const off = given(pipeline, [], on)
      .when('pipeline.disable_lead_qualification')
      .thenTypes('pipeline.lead_qualification_disabled');
    given(pipeline, [], off).when('pipeline.disable_lead_qualification').thenNothing();
    given(pipeline, [create, add(id(20)), configure, { type: 'pipeline.deactivate', data: {} }])
      .when(enable.type as 'pipeline.enable_lead_qualification')
      .thenRefused('pipeline_inactive');
  });

  it('holds no status twice and never qualifies into a status it does not have; its state follows from its events alone', () => {
    const commands = arbitraryCommands(pipeline, { first: 'pipeline.create', rare: ['pipeline.create'] });
    fc.assert(
      fc.property(commands, (inputs) => {
        const { state, events, steps } = runAll(pipeline, inputs);
        for (const { after } of steps) {
          assert.equal(new Set(after.statusIds).size, after.statusIds.length);
          const target = after.leadQualification?.statusId;
          assert.ok(target === undefined ? !after.leadQualificationEnabled : after.statusIds.includes(target));
        }
        assert.deepEqual(foldStored(pipeline, events), state);
      }),
      { numRuns: 1000 },
    );
  });
});
