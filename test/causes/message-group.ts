// How the events of message groups come about.
import { byCommand, type Causes, type CauseWorld } from './cause.ts';
import { newMessage } from './things.ts';

const saga = 'the inbound message saga';
const timer = 'the message group’s workflow';
const wait = { debounceMs: 15_000, maxWaitMs: 60_000 };

/** A group of one message; `then` are further commands. */
const group =
  (...then: readonly { readonly type: string; readonly data: object }[]) =>
  async (world: CauseWorld): Promise<void> => {
    const { projectId, channelId } = world;
    const groupId = world.newId();
    const data = { groupId, projectId, channelId, ...(await newMessage(world)), ...wait };
    await world.run('messageGroup', groupId, { type: 'message_group.open', data });
    for (const command of then) await world.run('messageGroup', groupId, command);
  };
const processing = { type: 'message_group.start_processing', data: {} };

export const messageGroupCauses: Causes = {
  'message_group.created': byCommand(saga, group()),
  'message_group.message_added': byCommand(saga, async (world) =>
    group({ type: 'message_group.add_message', data: { messageId: world.newId(), debounceMs: 15_000 } })(world),
  ),
  'message_group.processing': byCommand(timer, group(processing)),
  'message_group.completed': byCommand(
    timer,
    group(processing, { type: 'message_group.complete', data: { enrichmentCount: 0 } }),
  ),
  'message_group.expired': byCommand(timer, group({ type: 'message_group.expire', data: {} })),
};
