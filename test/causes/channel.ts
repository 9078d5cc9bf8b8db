// How the events of channels and their types come about.
import { byCommand, byHttp, type Cause, type Causes, type CauseWorld } from './cause.ts';
import { newPipeline } from './pipeline.ts';

type Asked = { readonly type: string; readonly data: object };

const gateway = 'the gateway tells of its session and labels; while a channel is being activated its saga looks';
const activation = 'the saga ActivateChannel, when nobody pairs the session or the gateway refuses it';
const importing = 'the history import saga, to come';
const confirm: Asked = { type: 'channel.confirm_working', data: { webhookUrl: 'https://api.example/x' } };
const activate: Asked = { type: 'channel.request_activation', data: {} };
const disconnect: Asked = { type: 'channel.note_disconnected', data: { reason: 'failed' } };
const label: Asked = { type: 'channel.upsert_label', data: { labelId: '7', name: 'Paid' } };
const enable: Asked = { type: 'channel.enable_history_import', data: {} };
const request: Asked = { type: 'channel.request_history_import', data: { strategy: 'all' } };
const start: Asked = { type: 'channel.start_history_import', data: {} };
const counts = { messagesImported: 2, duplicatesSkipped: 0, chatsImported: 1, contactsCreated: 1, sessionsCreated: 1 };

/** A channel of its own. */
async function newChannel({ call, projectId }: CauseWorld): Promise<string> {
  const made = await call('POST', '/v1/channels', { projectId, name: 'Branch', type: 'waha', externalId: 'branch' });
  return String(made['id']);
}

async function ran(world: CauseWorld, commands: readonly Asked[]): Promise<string> {
  const id = await newChannel(world);
  for (const command of commands) await world.run('channel', id, command);
  return id;
}

const told = (caller: string, ...commands: readonly Asked[]): Cause =>
  byCommand(caller, (world) => ran(world, commands));

/** A person's call, after what others told. */
const asked = (verb: string, body: object, ...before: readonly Asked[]): Cause =>
  byHttp(async (world) => world.call('POST', `/v1/channels/${await ran(world, before)}/${verb}`, body));

/** The tenant's type of channel, made at most once. */
async function someType({ call }: CauseWorld, name: string): Promise<string> {
  const known = await call('GET', `/v1/channel-types?name=${name}`);
  const found = known.data[0] ?? (await call('POST', '/v1/channel-types', { name }));
  return String(found['id']);
}

export const channelCauses: Causes = {
  'channel.created': byHttp(newChannel),
  'channel.activation.requested': asked('activate', {}),
  'channel.activation.failed': told(activation, activate, {
    type: 'channel.fail_activation',
    data: { reason: 'late' },
  }),
  'channel.activated': told(gateway, confirm),
  'channel.disconnected': told(gateway, confirm, disconnect),
  'channel.reconnected': told(gateway, confirm, disconnect, confirm),
  'channel.deactivated': asked('deactivate', {}, confirm),
  'channel.deleted': byHttp(async (world) => world.call('DELETE', `/v1/channels/${await newChannel(world)}`)),
  'channel.history_import.enabled': asked('enable-history-import', {}),
  'channel.history_import.requested': asked('import-history', { strategy: 'all' }, confirm, enable),
  'channel.history_import.started': told(importing, confirm, enable, request, start),
  'channel.history_import.completed': told(importing, confirm, enable, request, start, {
    type: 'channel.complete_history_import',
    data: counts,
  }),
  'channel.history_import.failed': told(importing, confirm, enable, request, {
    type: 'channel.fail_history_import',
    data: { reason: 'gateway_unavailable' },
  }),
  'channel.pipeline.associated': byHttp(async (world) => associated(world)),
  'channel.pipeline.disassociated': byHttp(async (world) =>
    world.call('POST', `/v1/channels/${await associated(world)}/disassociate-pipeline`),
  ),
  'channel.label.upserted': told(gateway, label),
  'channel.label.deleted': told(gateway, label, { type: 'channel.delete_label', data: { labelId: '7' } }),
};

async function associated(world: CauseWorld): Promise<string> {
  const id = await newChannel(world);
  await world.call('POST', `/v1/channels/${id}/associate-pipeline`, {
    pipelineId: (await newPipeline(world)).split('/').at(-1),
  });
  return id;
}

export const channelTypeCauses: Causes = {
  'channel_type.created': byHttp((world) => someType(world, 'telegram')),
  'channel_type.updated': byHttp(async (world) => {
    const path = `/v1/channel-types/${await someType(world, 'wechat')}`;
    await world.call('PATCH', path, { provider: `provider ${world.newId()}` });
  }),
};
