// How the events of chats come about.
import { byCommand, byHttp, type Cause, type Causes, type CauseWorld } from './cause.ts';
import { newChat } from './things.ts';

const participantId = '5511900000777@c.us';
const member = { participantId, participantType: 'contact', role: 'member' };
const gateway = 'the gateway-event saga: group and label changes of the gateway';

/** The commands, one after the other, on a new chat. */
const commands =
  (...list: readonly { readonly type: string; readonly data: object }[]) =>
  async (world: CauseWorld): Promise<void> => {
    const chatId = await newChat(world);
    for (const command of list) await world.run('chat', chatId, command);
  };
const told = (...list: readonly { readonly type: string; readonly data: object }[]): Cause =>
  byCommand(gateway, commands(...list));
const asked = (...verbs: readonly string[]): Cause =>
  byHttp(async (world) => {
    const chatId = await newChat(world);
    for (const verb of verbs) await world.call('POST', `/v1/chats/${chatId}/${verb}`);
  });

export const chatCauses: Causes = {
  'chat.created': byCommand('the inbound message saga, with the first message', newChat),
  'chat.subject_updated': told({ type: 'chat.set_subject', data: { subject: 'Orders' } }),
  'chat.description_updated': told({ type: 'chat.set_description', data: { description: 'Of the shop' } }),
  'chat.participant_added': told({ type: 'chat.add_participant', data: member }),
  'chat.participant_removed': told(
    { type: 'chat.add_participant', data: member },
    { type: 'chat.remove_participant', data: { participantId } },
  ),
  'chat.participant_promoted': told(
    { type: 'chat.add_participant', data: member },
    { type: 'chat.promote_participant', data: { participantId } },
  ),
  'chat.participant_demoted': told(
    { type: 'chat.add_participant', data: { ...member, role: 'admin' } },
    { type: 'chat.demote_participant', data: { participantId } },
  ),
  'chat.label_added': told({ type: 'chat.add_label', data: { labelId: '1' } }),
  'chat.label_removed': told(
    { type: 'chat.add_label', data: { labelId: '1' } },
    { type: 'chat.remove_label', data: { labelId: '1' } },
  ),
  'chat.archived': asked('archive'),
  'chat.unarchived': asked('archive', 'unarchive'),
  'chat.closed': asked('close'),
};
