// How the events of pipelines and their statuses come about.
import { byHttp, type Causes, type CauseWorld } from './cause.ts';

type Verb = 'POST' | 'PATCH' | 'DELETE';

/** A pipeline with a name of its own; gives its path. */
export async function newPipeline({ call, projectId, newId }: CauseWorld): Promise<string> {
  const { id } = await call('POST', '/v1/pipelines', { projectId, name: `Pipeline ${newId()}` });
  return `/v1/pipelines/${id}`;
}

/** A status of a pipeline; gives its id. */
export async function newStatus({ call }: CauseWorld, pipelinePath: string, name = 'New'): Promise<string> {
  return String((await call('POST', `${pipelinePath}/statuses`, { name, statusType: 'open' }))['id']);
}

/** Calls on a new pipeline, one after the other. */
const onPipeline = (...calls: readonly (readonly [Verb, string, unknown?])[]) =>
  byHttp(async (world) => {
    const path = await newPipeline(world);
    for (const [method, below, body] of calls) await world.call(method, `${path}${below}`, body);
  });

/** Calls on a new status, one after the other. */
const onStatus = (...calls: readonly (readonly [Verb, string, unknown?])[]) =>
  byHttp(async (world) => {
    const path = `/v1/pipeline-statuses/${await newStatus(world, await newPipeline(world))}`;
    for (const [method, below, body] of calls) await world.call(method, `${path}${below}`, body);
  });

/** Calls on a new pipeline whose lead qualification is set. */
const qualifying = (...verbs: readonly string[]) =>
  byHttp(async (world) => {
    const path = await newPipeline(world);
    const criteria = [{ key: 'budget', question: 'Is there a budget?', points: 10 }];
    const config = { criteria, minimumScore: 10, statusId: await newStatus(world, path) };
    await world.call('POST', `${path}/lead-qualification`, config);
    for (const verb of verbs) await world.call('POST', `${path}/lead-qualification/${verb}`);
  });

export const pipelineCauses: Causes = {
  'pipeline.created': onPipeline(),
  'pipeline.updated': onPipeline(['PATCH', '', { description: 'Brazil' }]),
  'pipeline.deactivated': onPipeline(['POST', '/deactivate']),
  'pipeline.activated': onPipeline(['POST', '/deactivate'], ['POST', '/activate']),
  'pipeline.status_added': onPipeline(['POST', '/statuses', { name: 'New', statusType: 'open' }]),
  'pipeline.status_removed': byHttp(async (world) => {
    const path = await newPipeline(world);
    await world.call('DELETE', `${path}/statuses/${await newStatus(world, path)}`);
  }),
  'pipeline.lead_qualification_config_updated': qualifying(),
  'pipeline.lead_qualification_enabled': qualifying('enable'),
  'pipeline.lead_qualification_disabled': qualifying('enable', 'disable'),
};

export const statusCauses: Causes = {
  'status.created': onStatus(),
  'status.updated': onStatus(['PATCH', '', { name: 'In negotiation' }]),
  'status.deactivated': onStatus(['POST', '/deactivate']),
  'status.activated': onStatus(['POST', '/deactivate'], ['POST', '/activate']),
};
