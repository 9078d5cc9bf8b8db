// How long and how large what the gateway tells may be: the parser's last word. What is beyond is cut or left out, so that one odd field never
// loses a message; the commands, which refuse what is beyond their own limits, take everything that passed here. Pure.
import { cutText } from '../../platform/cut-text.ts';
import { dropUndefined } from './drop-undefined.ts';
import type { Advert, GatewayEvent, GeoLocation, Media, MessageEvent, Person } from './gateway-event.ts';

const longest = {
  body: 65_536,
  pushName: 200,
  mimetype: 200,
  filename: 1_000,
  url: 4_000,
  placeText: 1_000,
  vcard: 65_536,
  reaction: 64,
  subject: 500,
  description: 4_000,
  labelName: 200,
  mediaError: 200,
  advertId: 200,
  advertType: 100,
  advertUrl: 2_000,
  headline: 1_000,
  advertBody: 4_000,
  clickId: 1_000,
  conversionData: 4_000,
} as const;

const mostVcards = 257;
const mostMentions = 1_024;
/** More than the largest groups of the gateways have. */
const mostMembers = 5_000;

/** The event with everything in it short and small enough. */
export function withinLimits(event: GatewayEvent): GatewayEvent {
  switch (event.kind) {
    case 'message':
      return boundMessage(event);
    case 'edit':
      return { ...event, body: cutText(event.body, longest.body) };
    case 'reaction':
      return dropUndefined({
        ...event,
        sender: event.sender && boundPerson(event.sender),
        reaction: cutText(event.reaction, longest.reaction),
      });
    case 'group':
      return dropUndefined({
        ...event,
        subject: cut(event.subject, longest.subject),
        description: cut(event.description, longest.description),
        members: event.members.slice(0, mostMembers),
      });
    case 'label':
      return dropUndefined({ ...event, name: cut(event.name, longest.labelName) });
    case 'ack':
    case 'revoke':
    case 'session_status':
    case 'call':
    case 'ignored':
    case 'other':
      return event;
  }
}

function boundMessage(event: MessageEvent): MessageEvent {
  return dropUndefined({
    ...event,
    sender: event.sender && boundPerson(event.sender),
    body: cut(event.body, longest.body),
    media: event.media && boundMedia(event.media),
    location: event.location && boundLocation(event.location),
    vcards: boundVcards(event.vcards),
    ad: event.ad && boundAdvert(event.ad),
    mentionedParticipants: event.mentionedParticipants?.slice(0, mostMentions),
  });
}

function boundPerson(person: Person): Person {
  return dropUndefined({ ...person, pushName: cut(person.pushName?.trim(), longest.pushName) || undefined });
}

function boundMedia(media: Media): Media {
  return dropUndefined({
    ...media,
    url: within(media.url, longest.url),
    mimetype: boundMimetype(media.mimetype),
    filename: cut(media.filename, longest.filename),
    error: cut(media.error, longest.mediaError),
  });
}

/** Half a type is none: only its parameters can go. */
function boundMimetype(mimetype: string): string {
  const bare = mimetype.length > longest.mimetype ? mimetype.split(';', 1)[0]?.trim() : mimetype;
  return within(bare, longest.mimetype) || 'application/octet-stream';
}

function boundLocation(location: GeoLocation): GeoLocation {
  return dropUndefined({
    ...location,
    name: within(location.name, longest.placeText),
    address: within(location.address, longest.placeText),
  });
}

function boundVcards(vcards: readonly string[] | undefined): string[] | undefined {
  const kept = vcards?.filter((card) => card.length <= longest.vcard).slice(0, mostVcards);
  return kept?.length ? kept : undefined;
}

/** Half an id, address or token is none; of what people read, the beginning is kept. */
function boundAdvert(ad: Advert): Advert {
  return dropUndefined({
    conversionSource: within(ad.conversionSource, longest.advertId) ?? 'ctwa_ad',
    conversionApp: within(ad.conversionApp, longest.advertId),
    adSourceType: within(ad.adSourceType, longest.advertType) ?? 'ad',
    adSourceId: within(ad.adSourceId, longest.advertId) ?? 'unknown',
    adSourceApp: within(ad.adSourceApp, longest.advertId),
    adSourceUrl: within(ad.adSourceUrl, longest.advertUrl),
    headline: cut(ad.headline, longest.headline),
    body: cut(ad.body, longest.advertBody),
    ctwaClickId: within(ad.ctwaClickId, longest.clickId),
    conversionData: within(ad.conversionData, longest.conversionData),
  });
}

function cut(text: string | undefined, max: number): string | undefined {
  return text === undefined ? undefined : cutText(text, max);
}

/** The text, unless it is too long. */
function within(text: string | undefined, max: number): string | undefined {
  return text !== undefined && text.length <= max ? text : undefined;
}
