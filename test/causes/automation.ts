// How the events of automations and of their rules' runs come about.
import { byCommand, byHttp, type Causes, type CauseWorld } from './cause.ts';
import { newPipeline } from './pipeline.ts';

const consumer = 'automation_consumer, when an event sets a rule off';
const action = { type: 'add_tag', params: { tag: 'vip' } };

/** An automation that can be enabled; gives its path. */
async function newAutomation(world: CauseWorld): Promise<string> {
  const pipelineId = (await newPipeline(world)).split('/').at(-1);
  const body = { projectId: world.projectId, pipelineId, name: 'Greet', trigger: { type: 'message.received' } };
  const made = await world.call('POST', '/v1/automations', { ...body, rules: [{ name: 'Tag', actions: [action] }] });
  return `/v1/automations/${made['id']}`;
}

const run =
  (...then: readonly { readonly type: string; readonly data: object }[]) =>
  async (world: CauseWorld): Promise<void> => {
    const automationId = (await newAutomation(world)).split('/').at(-1);
    const runId = world.newId();
    const about = { ruleId: world.newId(), projectId: world.projectId, triggeringEventId: world.newId() };
    const data = { runId, automationId, ...about, triggerType: 'message.received', actions: [action], chain: [] };
    for (const command of [{ type: 'automation_run.start', data }, ...then])
      await world.run('automationRun', runId, command);
  };

export const automationCauses: Causes = {
  'automation.created': byHttp(newAutomation),
  'automation.enabled': byHttp(async (world) => world.call('POST', `${await newAutomation(world)}/enable`)),
  'automation.disabled': byHttp(async (world) => {
    const path = await newAutomation(world);
    await world.call('POST', `${path}/enable`);
    await world.call('POST', `${path}/disable`);
  }),
  'automation_rule.triggered': byCommand(consumer, run()),
  'automation_rule.executed': byCommand(consumer, run({ type: 'automation_run.complete', data: {} })),
  'automation_rule.failed': byCommand(
    consumer,
    run({ type: 'automation_run.fail', data: { action: 'add_tag', reason: 'not_found' } }),
  ),
};
