// Pipelines and their statuses over HTTP: made, ordered, renamed, removed; names that are taken, also at the same moment; what belongs to others.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { done, idsOf, refused } from '../support/answers.ts';
import { type Json, startTestApi, type TestApi } from '../support/api.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi('api_pipeline');
});
after(() => api.close());

const post = (path: string, body?: unknown) => api.call('POST', path, { body });
const pipelineOf = (name: string, data: object = {}) =>
  done(post('/v1/pipelines', { projectId: api.tenant.projectId, name, ...data }));
const statusOf = (pipeline: Json, name: string, statusType = 'open') =>
  done(post(`/v1/pipelines/${pipeline['id']}/statuses`, { name, statusType }));

describe('pipelines', () => {
  test('are made, listed by filter and cursor, changed with If-Match', async () => {
    const made = [
      await pipelineOf('First', { color: '#1f9d55' }),
      await pipelineOf('Second'),
      await pipelineOf('Third'),
    ];
    const path = `/v1/pipelines/${made[0]?.['id']}`;
    await done(post(`${path}/deactivate`));
    const query = `/v1/pipelines?projectId=${api.tenant.projectId}&active=true&limit=1`;
    const first = await done(api.call('GET', query));
    const second = await done(api.call('GET', `${query}&cursor=${first['nextCursor']}`));
    assert.deepEqual([...idsOf(first), ...idsOf(second)], [made[2]?.['id'], made[1]?.['id']]);
    const off = await done(api.call('GET', `/v1/pipelines?projectId=${api.tenant.projectId}&active=false`));
    assert.deepEqual(idsOf(off), [made[0]?.['id']]);
    assert.equal((await done(post(`${path}/activate`)))['active'], true);
    const { headers } = await api.call('GET', path);
    const rename = (name: string) =>
      api.call('PATCH', path, { body: { name }, headers: { 'if-match': String(headers.get('etag')) } });
    assert.equal((await done(rename('Primeiro')))['name'], 'Primeiro');
    refused(await rename('Erster'), 412, 'precondition_failed');
  });

  test('have a name of their own in their project, also when two are made at once', async () => {
    const body = { projectId: api.tenant.projectId, name: 'Twice' };
    const answers = await Promise.all(
      ['Twice', 'TWICE', 'twice'].map((name) => post('/v1/pipelines', { ...body, name })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 422, 422]);
    for (const answer of answers) if (answer.status !== 201) refused(answer, 422, 'pipeline_name_taken');
    const other = await pipelineOf('Once');
    refused(
      await api.call('PATCH', `/v1/pipelines/${other['id']}`, { body: { name: 'twicE' } }),
      422,
      'pipeline_name_taken',
    );
    await done(api.call('PATCH', `/v1/pipelines/${other['id']}`, { body: { name: 'ONCE' } }));
  });

  test('of nobody and of others are not found', async () => {
    const stranger = await api.addTenant('tenant-b');
    const { id } = await pipelineOf('Mine');
    const theirs = await api.call('GET', `/v1/pipelines/${id}`, { key: stranger.key });
    refused(theirs, 404, 'not_found');
    const unknown = await post('/v1/pipelines', { projectId: stranger.projectId, name: 'x' });
    refused(unknown, 422, 'reference_not_found');
    assert.equal(unknown.json['errors']?.[0]?.['path'], 'body.projectId' as unknown);
  });
});

describe('statuses', () => {
  test('are added in order, moved, renamed, removed', async () => {
    const pipeline = await pipelineOf('Ordered');
    const path = `/v1/pipelines/${pipeline['id']}`;
    const [fresh, won] = [await statusOf(pipeline, 'New'), await statusOf(pipeline, 'Won', 'won')];
    assert.deepEqual((await done(api.call('GET', path)))['statusIds'], [fresh['id'], won['id']]);
    await done(api.call('PATCH', path, { body: { statusIds: [won['id'], fresh['id']] } }));
    refused(await api.call('PATCH', path, { body: { statusIds: [won['id']] } }), 422, 'not_the_statuses');
    const list = `/v1/pipeline-statuses?pipelineId=${pipeline['id']}`;
    assert.deepEqual(idsOf(await done(api.call('GET', `${list}&statusType=won`))), [won['id']]);
    const own = `/v1/pipeline-statuses/${won['id']}`;
    refused(await api.call('PATCH', own, { body: { name: 'NEW' } }), 422, 'status_name_taken');
    assert.equal((await done(api.call('PATCH', own, { body: { name: 'Sold' } })))['name'], 'Sold');
    const removed = await done(api.call('DELETE', `${path}/statuses/${won['id']}`));
    assert.deepEqual(removed['statusIds'], [fresh['id']]);
    assert.equal((await done(api.call('GET', own)))['active'], false);
    assert.deepEqual(idsOf(await done(api.call('GET', list))), [fresh['id']]);
    assert.equal((await done(api.call('GET', `${list}&removed=true`))).data.length, 2);
    refused(await post(`${own}/activate`), 422, 'status_removed');
    // Its name is free again; taking it out a second time changes nothing.
    await statusOf(pipeline, 'Sold', 'won');
    await done(api.call('DELETE', `${path}/statuses/${won['id']}`));
    refused(await api.call('DELETE', `/v1/pipelines/${randomUUID()}/statuses/${won['id']}`), 404, 'not_found');
  });

  test('in which contacts stand are not removed', async () => {
    const pipeline = await pipelineOf('In use');
    const [status, other] = [await statusOf(pipeline, 'New'), await statusOf(pipeline, 'Next')];
    const contact = await api.contact();
    const { id: pipelineId } = pipeline;
    await done(post(`/v1/contacts/${contact['id']}/enter-pipeline`, { pipelineId, statusId: status['id'] }));
    const statuses = `/v1/pipelines/${pipelineId}/statuses`;
    refused(await api.call('DELETE', `${statuses}/${status['id']}`), 422, 'status_in_use');
    await done(api.call('DELETE', `${statuses}/${other['id']}`));
  });

  test('added at the same moment: all there, none twice', async () => {
    const pipeline = await pipelineOf('Busy');
    const path = `/v1/pipelines/${pipeline['id']}/statuses`;
    const names = ['A', 'B', 'C', 'c'];
    const answers = await Promise.all(names.map((name) => post(path, { name, statusType: 'open' })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 201, 422]);
    assert.equal(
      ((await done(api.call('GET', `/v1/pipelines/${pipeline['id']}`)))['statusIds'] as unknown as []).length,
      3,
    );
  });

  test('that qualified leads go to stay active and in the pipeline', async () => {
    const pipeline = await pipelineOf('Leads');
    const path = `/v1/pipelines/${pipeline['id']}`;
    const status = await statusOf(pipeline, 'Qualified');
    const elsewhere = await statusOf(await pipelineOf('Elsewhere'), 'Qualified');
    const config = { criteria: [{ key: 'budget', question: 'Is there a budget?', points: 10 }], minimumScore: 10 };
    const set = (statusId: unknown) => post(`${path}/lead-qualification`, { ...config, statusId });
    refused(await post(`${path}/lead-qualification/enable`), 422, 'lead_qualification_not_set');
    refused(await set(elsewhere['id']), 422, 'reference_not_found');
    assert.deepEqual((await done(set(status['id'])))['leadQualification'], { ...config, statusId: status['id'] });
    assert.equal((await done(post(`${path}/lead-qualification/enable`)))['leadQualificationEnabled'], true);
    refused(await post(`/v1/pipeline-statuses/${status['id']}/deactivate`), 422, 'status_in_qualification');
    refused(await api.call('DELETE', `${path}/statuses/${status['id']}`), 422, 'status_in_qualification');
    const sequence = (await done(api.call('GET', path)))['sequence'];
    assert.equal((await done(set(status['id'])))['sequence'], sequence, 'the same again is no event');
    assert.equal((await done(post(`${path}/lead-qualification/disable`)))['leadQualificationEnabled'], false);
  });
});
