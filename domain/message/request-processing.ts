// Which messages want to be looked at by a model: images, videos, audio files and voice notes that can be fetched.
import type { MessageCommand } from './commands.ts';
import type { MessageEvent } from './events.ts';

type Received = Extract<MessageCommand, { type: 'message.receive' }>['data'];

/** The request that a received message causes, if any. Without a session (groups) there is no conversation it would serve. */
export function requestProcessing(data: Received, requestedAt: string): MessageEvent[] {
  const { messageId, channelId, contactId, sessionId, media } = data;
  if (data.aiProcessing === false || !sessionId || !media?.url) return [];
  const file = { messageId, channelId, contactId, sessionId, mimeType: media.mimetype, requestedAt };
  const duration = media.durationSeconds ?? 0;
  switch (data.messageType) {
    case 'image':
      return [{ type: 'message.ai.process_image_requested', data: { ...file, imageUrl: media.url } }];
    case 'video':
      return [{ type: 'message.ai.process_video_requested', data: { ...file, videoUrl: media.url, duration } }];
    case 'audio':
      return [{ type: 'message.ai.process_audio_requested', data: { ...file, audioUrl: media.url, duration } }];
    case 'voice':
      return [{ type: 'message.ai.process_voice_requested', data: { ...file, voiceUrl: media.url, duration } }];
    case 'text':
    case 'document':
    case 'location':
    case 'contact':
    case 'sticker':
    case 'system':
      return [];
  }
}
