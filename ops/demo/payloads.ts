// The payloads of messages, inbound and own, as the GOWS engine writes them.
import { account, cast, group, type Person } from './cast.ts';
import type { Addressed, Content, Inbound, Own } from './lines.ts';
import type { Making } from './making.ts';

const files = 'https://files.example.com/demo/';

/** Who writes, in the forms a payload names people: `address` first, `alt` the other one if the gateway knows it. */
export function addressesOf(person: Person, via: Addressed): { address: string; alt: string } {
  const phone = `${via === 'short' ? person.shortPhone : person.phone}@c.us`;
  const lid = person.lid === undefined ? '' : `${person.lid}@lid`;
  if (via === 'lid_only') return { address: lid, alt: '' };
  return via === 'lid' ? { address: lid, alt: inner(phone) } : { address: phone, alt: lid };
}

/** The address form that a line does not use. */
export function otherAddress(line: Inbound): Addressed {
  return line.via === 'lid' ? 'phone' : 'lid';
}

/** A customer's message. */
export function inboundPayload(line: Inbound, key: string, atMs: number, making: Making): Record<string, unknown> {
  const person = cast[line.from];
  const { address, alt } = addressesOf(person, line.via ?? 'phone');
  const innerId = making.innerId(key);
  const chat = line.inGroup ? group.id : address;
  const { fields, mediaType, message } = contentOf(line, innerId);
  const info = {
    Chat: inner(chat),
    Sender: inner(address),
    SenderAlt: inner(alt),
    RecipientAlt: '',
    IsFromMe: false,
    IsGroup: line.inGroup === true,
    ID: innerId,
    Type: mediaType === '' ? 'text' : 'media',
    PushName: person.name,
    Timestamp: new Date(making.seconds(atMs) * 1000).toISOString(),
    MediaType: mediaType,
  };
  return {
    id: line.inGroup ? `false_${chat}_${innerId}_${address}` : `false_${chat}_${innerId}`,
    timestamp: making.seconds(atMs),
    from: chat,
    fromMe: false,
    source: 'app',
    to: account.id,
    participant: line.inGroup ? address : null,
    body: null,
    hasMedia: false,
    media: null,
    ack: 2,
    ackName: 'DEVICE',
    location: null,
    vCards: null,
    replyTo: line.replyTo === undefined ? null : { id: making.innerId(line.replyTo), participant: account.lid },
    ...fields,
    _data: { Info: info, Message: line.ad ? withAdvert(message) : message },
  };
}

/** A message that the shop wrote on its phone. */
export function ownPayload(line: Own, key: string, atMs: number, making: Making) {
  const { address, alt } = addressesOf(cast[line.to], line.to === 'heitor' ? 'lid' : 'phone');
  const innerId = making.innerId(key);
  return {
    id: `true_${address}_${innerId}`,
    timestamp: making.seconds(atMs),
    from: account.id,
    fromMe: true,
    source: 'app',
    to: address,
    participant: null,
    body: line.text,
    hasMedia: false,
    media: null,
    ack: 0,
    ackName: 'PENDING',
    location: null,
    vCards: null,
    replyTo: null,
    _data: {
      Info: {
        Chat: inner(address),
        Sender: account.jid,
        SenderAlt: account.lid,
        RecipientAlt: alt,
        IsFromMe: true,
        ID: innerId,
      },
      Message: { conversation: line.text },
    },
  };
}

type Message = Record<string, Record<string, unknown> | string>;
type Shown = { fields: Record<string, unknown>; mediaType: string; message: Message };

function contentOf(content: Content, innerId: string): Shown {
  if ('text' in content)
    return { fields: { body: content.text }, mediaType: '', message: { conversation: content.text } };
  if ('image' in content) {
    const fields = { ...media(innerId, content.image, 'image/jpeg'), body: content.caption ?? null };
    return {
      fields,
      mediaType: 'image',
      message: { imageMessage: { mimetype: 'image/jpeg', caption: content.caption } },
    };
  }
  if ('voice' in content) {
    const mimetype = 'audio/ogg; codecs=opus';
    const message = { audioMessage: { mimetype, seconds: content.voice, PTT: true } };
    return { fields: media(innerId, 'voice.oga', mimetype), mediaType: 'ptt', message };
  }
  if ('document' in content) {
    const message = { documentMessage: { mimetype: 'application/pdf', fileName: content.document } };
    const fields = media(innerId, content.document, 'application/pdf', content.document);
    return { fields, mediaType: 'document', message };
  }
  if ('sticker' in content) {
    const message = { stickerMessage: { mimetype: 'image/webp' } };
    return { fields: media(innerId, content.sticker, 'image/webp'), mediaType: 'sticker', message };
  }
  if ('place' in content) {
    const location = { latitude: '-23.55', longitude: '-46.63', live: false, name: content.place };
    const message = { locationMessage: { degreesLatitude: -23.55, degreesLongitude: -46.63, name: content.place } };
    return { fields: { location }, mediaType: 'location', message };
  }
  const vCards = [`BEGIN:VCARD\nVERSION:3.0\nFN:${content.card}\nEND:VCARD`];
  return { fields: { vCards }, mediaType: 'vcard', message: { contactMessage: { displayName: content.card } } };
}

function media(innerId: string, name: string, mimetype: string, filename: string | null = null) {
  return { hasMedia: true, media: { url: `${files}${innerId}/${name}`, mimetype, filename } };
}

function withAdvert(message: Message): Message {
  const contextInfo = {
    conversionSource: 'FB_Ads',
    entryPointConversionSource: 'ctwa_ad',
    entryPointConversionApp: 'instagram',
    externalAdReply: {
      title: 'Cesta de café da manhã',
      body: 'Entregue na sua porta',
      sourceType: 'ad',
      sourceID: '120200000000000701',
      sourceURL: 'https://social.example.com/ad/701',
      sourceApp: 'instagram',
      ctwaClid: 'ARA-demo-click-701',
    },
  };
  return { extendedTextMessage: { text: message['conversation'], contextInfo } };
}

function inner(address: string): string {
  return address.replace(/@c\.us$/, '@s.whatsapp.net');
}
