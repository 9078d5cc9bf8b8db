// What the product knows of a gateway's webhook: one discriminated union, free of the gateway's own shapes. Pure types.

/** A conversation as the gateway addresses it. `address` has no device suffix and is fit for sending to. */
export type ChatRef = { kind: 'individual' | 'group' | 'newsletter' | 'status'; address: string };

/**
 * The person an event is about: the writer of an inbound message, the partner of an own one, never the account itself.
 * `phone` and `lid` are digits only, at least one is set; `chatIdForReply` is this person's own address as the gateway gave it.
 */
export type Person = { phone?: string; lid?: string; pushName?: string; chatIdForReply: string };

/** What a message is; `system` = nothing that a person wrote. */
export type MessageType =
  | 'text'
  | 'image'
  | 'video'
  | 'audio'
  | 'voice'
  | 'document'
  | 'location'
  | 'contact'
  | 'sticker'
  | 'system';

/** Delivery state of a message; it only ever moves forward, which is the reader's duty, not the parser's. */
export type DeliveryStatus = 'queued' | 'sent' | 'delivered' | 'read' | 'played' | 'failed';

/** The gateway session's state. */
export type GatewaySessionStatus =
  | 'STOPPED'
  | 'STARTING'
  | 'SCAN_QR_CODE'
  | 'PASSKEY_REQUIRED'
  | 'PASSKEY_CONFIRMATION_REQUIRED'
  | 'WORKING'
  | 'FAILED';

/** An attachment. `url` is absent when the gateway has not downloaded the file; `error` then may say why. */
export type Media = {
  url?: string;
  mimetype: string;
  filename?: string;
  durationSeconds?: number;
  error?: string;
};

/** The click-to-WhatsApp advert that brought the message. `adSourceId` is `unknown` when only the click id is known. */
export type Advert = {
  conversionSource: string;
  conversionApp?: string;
  adSourceType: string;
  adSourceId: string;
  adSourceApp?: string;
  adSourceUrl?: string;
  headline?: string;
  body?: string;
  ctwaClickId?: string;
  conversionData?: string;
};

/** A position; degrees. */
export type GeoLocation = { latitude: number; longitude: number; name?: string; address?: string };

/** What every event carries. `eventId` is the gateway's, or `raw_<hash>` of the body when it gave none; times are ISO 8601 UTC. */
export type EventCommon = {
  eventId: string;
  event: string;
  session: string;
  occurredAt: string;
  me?: { phone?: string; lid?: string };
};

/** A message came to be, inbound or own. Deduplicate by (session, innerId). Never a status post or newsletter: those are `ignored`. */
export type MessageEvent = EventCommon & {
  kind: 'message';
  innerId: string;
  chat: ChatRef;
  /** Absent for own messages to a group, and when a group's message does not say who wrote it. */
  sender?: Person;
  fromMe: boolean;
  /** Own messages only: written through the gateway's API, or on a phone. */
  source?: 'api' | 'app';
  sentAt: string;
  type: MessageType;
  body?: string;
  media?: Media;
  /** True when the message has an attachment, whether or not `media.url` is known yet. */
  mediaExpected: boolean;
  location?: GeoLocation;
  vcards?: string[];
  replyToInnerId?: string;
  ad?: Advert;
  mentionedParticipants?: string[];
  /** Delivery state that came with the message, if any. */
  status?: DeliveryStatus;
};

/** A message's delivery state. May come before its message, out of order, and under the chat's other address form. */
export type AckEvent = EventCommon & {
  kind: 'ack';
  innerId: string;
  ack: number | null;
  status: DeliveryStatus;
  fromMe: boolean;
  chat?: ChatRef;
  /** Groups: whose device said so. */
  participant?: Person;
};

/** A message's text was changed; `innerId` is the changed message's. */
export type EditEvent = EventCommon & { kind: 'edit'; innerId: string; chat?: ChatRef; body: string; editedAt: string };

/** A message was deleted for everyone; `innerId` is the deleted message's. */
export type RevokeEvent = EventCommon & { kind: 'revoke'; innerId: string; chat?: ChatRef; revokedAt: string };

/** Somebody reacted to `innerId`; an empty `reaction` takes an earlier one back. */
export type ReactionEvent = EventCommon & {
  kind: 'reaction';
  innerId: string;
  chat?: ChatRef;
  sender?: Person;
  fromMe: boolean;
  reaction: string;
  reactedAt: string;
};

/** A member of a group; `role` as the gateway says it: left, participant, admin, superadmin. */
export type GroupMember = Person & { role?: string };

/** A group changed: the account joined or left it, its texts changed, or members came, went, rose or fell. */
export type GroupEvent = EventCommon & {
  kind: 'group';
  change: 'joined' | 'left' | 'updated' | 'members_added' | 'members_removed' | 'members_promoted' | 'members_demoted';
  chat: ChatRef;
  subject?: string;
  description?: string;
  members: GroupMember[];
  changedAt: string;
};

/** The gateway session's state. Flaps are normal: debounce before acting. */
export type SessionStatusEvent = EventCommon & {
  kind: 'session_status';
  status: GatewaySessionStatus;
  changedAt: string;
};

/** A label came, went, or was put on or taken off a chat. */
export type LabelEvent = EventCommon & {
  kind: 'label';
  change: 'upserted' | 'deleted' | 'chat_added' | 'chat_removed';
  labelId: string;
  name?: string;
  chat?: ChatRef;
};

/** A call. */
export type CallEvent = EventCommon & {
  kind: 'call';
  change: 'received' | 'accepted' | 'rejected';
  callId: string;
  from?: Person;
  isVideo: boolean;
  isGroup: boolean;
  calledAt: string;
};

/** Understood, and deliberately without effect: `reason` is a short constant, fit for a metric's label. */
export type IgnoredEvent = EventCommon & {
  kind: 'ignored';
  reason:
    | 'status_post'
    | 'newsletter'
    | 'broadcast_list'
    | 'note_to_self'
    | 'unknown_ack'
    | 'album_header'
    | 'not_acted_on'
    | 'deprecated_event';
};

/** Not understood: an unknown event or a body that misses what its event needs. Stored, counted, never lost; `reason` says what. */
export type OtherEvent = EventCommon & { kind: 'other'; reason: string };

/** Everything a webhook can turn out to be. */
export type GatewayEvent =
  | MessageEvent
  | AckEvent
  | EditEvent
  | RevokeEvent
  | ReactionEvent
  | GroupEvent
  | SessionStatusEvent
  | LabelEvent
  | CallEvent
  | IgnoredEvent
  | OtherEvent;
