// The kinds of message.

/** What a message can hold. */
export const messageTypes = [
  'text',
  'image',
  'video',
  'audio',
  'voice',
  'document',
  'location',
  'contact',
  'sticker',
  'system',
] as const;
