// One message → the gateway's call for its kind; and the look-up that tells whether it went out.

import { DomainError } from '../../domain/kernel/errors.ts';
import type { Message } from '../../domain/message/message.ts';
import type { OutgoingFile, WahaClient } from '../../integrations/waha/client.ts';

/** Where a message goes, under which id, and which message it answers (the full id). */
export type Target = {
  readonly session: string;
  readonly chatId: string;
  readonly id: string;
  readonly replyTo?: string;
};

/** Sends it. Throws WahaError, or rule_violated for what no gateway call exists for. */
export async function deliverToGateway(gateway: WahaClient, target: Target, message: Message): Promise<void> {
  const { messageType, body, media } = message;
  if (messageType === 'text' && body !== null) return void (await gateway.sendText({ ...target, text: body }));
  if (!media?.url)
    throw new DomainError('rule_violated', `A message of type ${messageType} can not be sent without text or media.`, {
      rule: 'not_sendable',
    });
  const file: OutgoingFile = {
    url: media.url,
    mimetype: media.mimetype,
    ...(media.filename && { filename: media.filename }),
  };
  const caption = body === null ? {} : { caption: body };
  switch (messageType) {
    case 'image':
      return void (await gateway.sendImage({ ...target, file, ...caption }));
    case 'video':
      return void (await gateway.sendVideo({ ...target, file, ...caption }));
    case 'voice':
    case 'audio':
      return void (await gateway.sendVoice({ ...target, file }));
    default:
      return void (await gateway.sendFile({ ...target, file, ...caption }));
  }
}

/** Whether the gateway knows the id: under its full form or bare, as engines differ. */
export async function findAtGateway(gateway: WahaClient, { session, chatId, id }: Target): Promise<boolean> {
  for (const messageId of [`true_${chatId}_${id}`, id]) {
    if (await gateway.getMessage(session, chatId, messageId)) return true;
  }
  return false;
}
