// What one contact gets of a message to many: its variables filled in, its file by its kind.
import type { Contact } from '../../domain/contact/state.ts';
import { errorCodeOf } from '../../domain/kernel/errors.ts';
import type { MessageCommand } from '../../domain/message/commands.ts';
import { mediaKind } from '../../domain/outreach/media-kind.ts';
import { filledIn, type OutreachMessage } from '../../domain/outreach/message.ts';

type DataOfQueue = Extract<MessageCommand, { type: 'message.queue' }>['data'];
/** The content as a message is queued with it. */
export type Content = Pick<DataOfQueue, 'messageType' | 'body' | 'media'>;

/** What the contact gets; a text: why they get nothing. */
export function contentOf(message: OutreachMessage, contact: Contact): Content | string {
  const { type, mediaUrl } = message;
  try {
    const body = type === 'text' ? message.content : filledIn(message, contact);
    if (mediaUrl === undefined) return { messageType: 'text', body };
    const { messageType, mimetype } = mediaKind(mediaUrl);
    return { messageType, media: { url: mediaUrl, mimetype }, ...(body !== '' && { body }) };
  } catch (error) {
    if (errorCodeOf(error) !== 'rule_violated') throw error;
    return 'variable_without_value';
  }
}
