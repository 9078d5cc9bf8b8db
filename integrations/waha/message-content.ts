// What a message holds: its type, attachment, position, mentions. The gateway has no type field, so it is derived. Pure.
import { parseAddress } from './addresses.ts';
import { dropUndefined } from './drop-undefined.ts';
import { durationSeconds, type EngineData } from './engine-data.ts';
import type { GeoLocation, Media, MessageType } from './gateway-event.ts';
import { asRecord, cleanText, pickNumber, pickText } from './loose.ts';
import type { MessagePayload } from './payloads.ts';

const unknownMimetype = 'application/octet-stream';

/** The attachment; undefined when nothing at all is said of it. */
export function readMedia(payload: MessagePayload, engine: EngineData): Media | undefined {
  const media = payload.media;
  const url = notEmpty(media?.url) ?? notEmpty(payload.mediaUrl);
  const mimetype = notEmpty(media?.mimetype);
  const error = errorText(media?.['error']);
  if (url === undefined && mimetype === undefined && error === undefined) return undefined;
  return dropUndefined({
    url,
    mimetype: mimetype ?? pickText(engine.content, 'mimetype') ?? pickText(engine.raw, 'mimetype') ?? unknownMimetype,
    filename: notEmpty(media?.filename) ?? pickText(engine.content, 'fileName') ?? pickText(engine.raw, 'filename'),
    durationSeconds: durationSeconds(engine),
    error,
  });
}

/** The position, from the payload or the engine's data. */
export function readLocation(payload: MessagePayload, engine: EngineData): GeoLocation | undefined {
  const { location } = payload;
  const inEngine = engine.contentKind === 'location' ? engine.content : undefined;
  const latitude = location?.latitude ?? pickNumber(inEngine, 'degreesLatitude');
  const longitude = location?.longitude ?? pickNumber(inEngine, 'degreesLongitude');
  if (latitude === undefined || longitude === undefined) return undefined;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  return dropUndefined({
    latitude,
    longitude,
    name: notEmpty(location?.name) ?? pickText(inEngine, 'name'),
    address: notEmpty(location?.address) ?? pickText(inEngine, 'address'),
  });
}

/**
 * The type. The engine's own word comes first, then what the payload shows: position, contact cards, mimetype, text. Without the
 * engine's word, Ogg/Opus is a voice note (music comes as MP3 or MP4) and WebP a sticker (photos come as JPEG).
 */
export function messageType(message: {
  engine: EngineData;
  media: Media | undefined;
  mediaExpected: boolean;
  hasLocation: boolean;
  hasVcards: boolean;
  body: string | undefined;
}): MessageType {
  if (message.hasLocation) return 'location';
  if (message.hasVcards) return 'contact';
  const kind = message.engine.contentKind;
  if (kind !== undefined && kind !== 'text' && kind !== 'album' && kind !== 'system') return kind;
  if (message.media !== undefined) return typeOfMimetype(message.media.mimetype);
  if (message.mediaExpected) return 'document';
  return kind === 'text' || notEmpty(message.body) !== undefined ? 'text' : 'system';
}

/** Addresses of the people mentioned; undefined when none. */
export function readMentions(engine: EngineData): string[] | undefined {
  const listed =
    engine.context?.['mentionedJid'] ?? engine.context?.['mentionedJID'] ?? engine.raw?.['mentionedJidList'];
  if (!Array.isArray(listed)) return undefined;
  const addresses = listed.map((mention) => parseAddress(mention)?.address).filter((address) => address !== undefined);
  return addresses.length === 0 ? undefined : addresses;
}

function typeOfMimetype(mimetype: string): MessageType {
  const lower = mimetype.toLowerCase();
  if (lower.startsWith('image/webp')) return 'sticker';
  if (lower.startsWith('image/')) return 'image';
  if (lower.startsWith('video/')) return 'video';
  if (/^audio\/(ogg|opus)/.test(lower)) return 'voice';
  if (lower.startsWith('audio/')) return 'audio';
  return 'document';
}

function errorText(error: unknown): string | undefined {
  if (error === undefined || error === null) return undefined;
  const said = typeof error === 'string' ? cleanText(error) : pickText(asRecord(error), 'message', 'details');
  return notEmpty(said) ?? 'the gateway could not get the file';
}

function notEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
