// The kinds of lines that the demo's script is written in. `at` is minutes:seconds of the hour; lines of one time go out as one burst.
import type { Who } from './cast.ts';

type Timed = { at: string };

/** How a message is addressed: the number, the hidden id with or without the number beside it, the number without its ninth digit. */
export type Addressed = 'phone' | 'lid' | 'lid_only' | 'short';

/** A customer writes. `again`: the same message comes once more, as the event `message` or under the other address. */
export type Inbound = Timed & {
  from: Who;
  key?: string;
  via?: Addressed;
  inGroup?: boolean;
  replyTo?: string;
  again?: 'message' | 'lid';
  ad?: boolean;
} & Content;

/** What a message holds. */
export type Content =
  | { text: string }
  | { image: string; caption?: string }
  | { voice: number }
  | { document: string }
  | { sticker: string }
  | { place: string }
  | { card: string };

/** The shop answers from its phone. `acks` says in which order the delivery states come; `early`: before the message itself. */
export type Own = Timed & {
  to: Who;
  key?: string;
  text: string;
  acks?: 'in_order' | 'shuffled' | 'early' | 'played' | 'none';
};

/** What happens to a message, or beside all messages. */
export type Aside = Timed &
  (
    | { edits: string; from: Who; text: string }
    | { reacts: string; from: Who; inGroup?: boolean; emoji: string }
    | { revokes: string; from: Who }
    | { status: string }
    | { newsletter: string }
    | { group: 'joined' | 'member_added' }
  );

/** One line of the script. */
export type Line = Inbound | Own | Aside;
