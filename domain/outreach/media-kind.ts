// What kind of message a file at an address is: nothing but its name tells before it is fetched.

/** The kinds that a broadcast or a sequence can send. */
type MediaKind = { readonly messageType: 'image' | 'video' | 'audio' | 'document'; readonly mimetype: string };

const kinds: Readonly<Record<string, MediaKind>> = {
  jpg: { messageType: 'image', mimetype: 'image/jpeg' },
  jpeg: { messageType: 'image', mimetype: 'image/jpeg' },
  png: { messageType: 'image', mimetype: 'image/png' },
  gif: { messageType: 'image', mimetype: 'image/gif' },
  webp: { messageType: 'image', mimetype: 'image/webp' },
  mp4: { messageType: 'video', mimetype: 'video/mp4' },
  mp3: { messageType: 'audio', mimetype: 'audio/mpeg' },
  ogg: { messageType: 'audio', mimetype: 'audio/ogg; codecs=opus' },
  pdf: { messageType: 'document', mimetype: 'application/pdf' },
};

/** By the ending of the address's path; whatever is not known is a document. */
export function mediaKind(url: string): MediaKind {
  const ending = new URL(url).pathname.split('.').at(-1)?.toLowerCase() ?? '';
  const known = Object.hasOwn(kinds, ending) ? kinds[ending] : undefined;
  return known ?? { messageType: 'document', mimetype: 'application/octet-stream' };
}
