// Reads what an engine (GOWS, NOWEB, WEBJS) leaves in `_data` into one set of facts. Pure; any of them may be missing.
import { asRecord, pickNumber, pickRecord, pickText } from './loose.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The protobuf kinds of content that matter here, by their member name in an engine's message. */
const contentKinds = {
  imageMessage: 'image',
  videoMessage: 'video',
  ptvMessage: 'video',
  audioMessage: 'audio',
  documentMessage: 'document',
  stickerMessage: 'sticker',
  lottieStickerMessage: 'sticker',
  locationMessage: 'location',
  liveLocationMessage: 'location',
  contactMessage: 'contact',
  contactsArrayMessage: 'contact',
  extendedTextMessage: 'text',
  conversation: 'text',
  albumMessage: 'album',
  protocolMessage: 'system',
} as const;

const webjsKinds: Readonly<Record<string, ContentKind>> = {
  chat: 'text',
  image: 'image',
  video: 'video',
  audio: 'audio',
  ptt: 'voice',
  document: 'document',
  sticker: 'sticker',
  location: 'location',
  vcard: 'contact',
  multi_vcard: 'contact',
  album: 'album',
  e2e_notification: 'system',
  notification: 'system',
  notification_template: 'system',
  gp2: 'system',
  protocol: 'system',
  call_log: 'system',
};

const infoKinds: Readonly<Record<string, ContentKind>> = {
  image: 'image',
  video: 'video',
  gif: 'video',
  audio: 'audio',
  ptt: 'voice',
  document: 'document',
  sticker: 'sticker',
  location: 'location',
  livelocation: 'location',
  vcard: 'contact',
  contact_array: 'contact',
};

/** What an engine says a message is; `album` is the header that announces an album, without a picture of its own. */
export type ContentKind = (typeof contentKinds)[keyof typeof contentKinds] | 'voice';

/** The facts of `_data`. Addresses are raw; `people` of the chat and of the writer hold all forms the engine gave. */
export type EngineData = {
  innerId: string | undefined;
  fromMe: boolean | undefined;
  chat: (string | undefined)[];
  writer: (string | undefined)[];
  recipient: (string | undefined)[];
  pushName: string | undefined;
  timestamp: unknown;
  contentKind: ContentKind | undefined;
  content: Fields | undefined;
  text: string | undefined;
  context: Fields | undefined;
  raw: Fields | undefined;
};

/** Reads `_data`. The engine's name is not trusted (it is often absent): the shape decides. */
export function readEngineData(data: unknown): EngineData {
  const raw = asRecord(data);
  const info = pickRecord(raw, 'Info');
  const key = pickRecord(raw, 'key');
  const message = unwrap(pickRecord(raw, 'Message', 'message'));
  const [member, kind] = findContent(message);
  const content = member === undefined ? undefined : pickRecord(message, member);
  const own = info?.['IsFromMe'] ?? key?.['fromMe'];
  return {
    innerId: pickText(info, 'ID') ?? pickText(key, 'id'),
    fromMe: typeof own === 'boolean' ? own : undefined,
    chat: [pickText(info, 'Chat'), pickText(key, 'remoteJid'), pickText(key, 'remoteJidAlt'), webjsRemote(raw)],
    writer: [
      pickText(info, 'Sender'),
      pickText(info, 'SenderAlt'),
      ...['participant', 'participantAlt', 'participantPn', 'participantLid', 'senderPn', 'senderLid'].map((name) =>
        pickText(key, name),
      ),
      pickText(raw, 'author'),
    ],
    recipient: [pickText(info, 'RecipientAlt'), pickText(key, 'remoteJidAlt')],
    pushName: pickText(info, 'PushName') ?? pickText(raw, 'pushName', 'notifyName'),
    timestamp: pickText(info, 'Timestamp') ?? raw?.['messageTimestamp'] ?? raw?.['t'],
    contentKind: contentKind(kind, content, info, raw),
    content,
    text: pickText(message, 'conversation') ?? pickText(content, 'text', 'caption'),
    context: pickRecord(content, 'contextInfo', 'ContextInfo'),
    raw,
  };
}

/** Length of a recording in seconds, if the engine says it. */
export function durationSeconds(data: EngineData): number | undefined {
  const seconds = pickNumber(data.content, 'seconds', 'Seconds') ?? pickNumber(data.raw, 'duration');
  return seconds !== undefined && seconds >= 0 && seconds < 1e6 ? Math.round(seconds) : undefined;
}

function contentKind(
  kind: ContentKind | undefined,
  content: Fields | undefined,
  info: Fields | undefined,
  raw: Fields | undefined,
): ContentKind | undefined {
  if (kind === 'audio') return (content?.['ptt'] ?? content?.['PTT']) === true ? 'voice' : 'audio';
  if (kind !== undefined) return kind;
  if (raw?.['messageStubType'] !== undefined && raw['messageStubType'] !== null) return 'system';
  return lookUp(infoKinds, pickText(info, 'MediaType')) ?? lookUp(webjsKinds, pickText(raw, 'type'));
}

function lookUp(table: Readonly<Record<string, ContentKind>>, name: string | undefined): ContentKind | undefined {
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

function findContent(message: Fields | undefined): [keyof typeof contentKinds, ContentKind] | [undefined, undefined] {
  for (const [member, kind] of Object.entries(contentKinds)) {
    const value = message?.[member];
    if (value !== undefined && value !== null && value !== '') return [member as keyof typeof contentKinds, kind];
  }
  return [undefined, undefined];
}

// Disappearing, view-once, own-from-another-device and captioned documents wrap the message proper.
const wrappers = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'deviceSentMessage',
  'associatedChildMessage',
];

function unwrap(message: Fields | undefined, depth = 0): Fields | undefined {
  for (const wrapper of wrappers) {
    const inner = pickRecord(pickRecord(message, wrapper), 'message', 'Message');
    if (inner !== undefined && depth < 5) return unwrap(inner, depth + 1);
  }
  return message;
}

function webjsRemote(raw: Fields | undefined): string | undefined {
  const id = pickRecord(raw, 'id');
  return pickText(id, 'remote') ?? pickText(pickRecord(id, 'remote'), '_serialized');
}
