// Everything the sandbox remembers, in memory: sessions, messages, hidden ids, what it was asked to send, how to misbehave.
import { createHash, randomBytes } from 'node:crypto';
import type { SessionConfig } from './requests.ts';

/** State of a gateway session. */
export const sessionStatuses = [
  'STOPPED',
  'STARTING',
  'SCAN_QR_CODE',
  'PASSKEY_REQUIRED',
  'PASSKEY_CONFIRMATION_REQUIRED',
  'WORKING',
  'FAILED',
] as const;

/** One of them. */
export type SessionStatus = (typeof sessionStatuses)[number];

/** A session; `me` is the account that pairing gives it, shown once it is WORKING. `paired`: starting needs no scan. `codes`: QR codes since it was started. */
export type Session = {
  name: string;
  status: SessionStatus;
  config: SessionConfig;
  me: Account;
  paired: boolean;
  codes: number;
  statuses: { status: SessionStatus; timestamp: number }[];
};

/** The account of a session. */
export type Account = { id: string; lid: string; jid: string; pushName: string };

/** A message as the gateway's HTTP API shows it. */
export type WaMessage = {
  id: string;
  timestamp: number;
  from: string;
  fromMe: boolean;
  to: string | null;
  body: string | null;
  hasMedia: boolean;
  ack: number;
  ackName: string;
  [field: string]: unknown;
};

/** A message in a session's history. Revoked ones stay, so that a page of history can come out short, as the original's does. */
export type StoredMessage = { session: string; chatId: string; innerId: string; revoked: boolean; message: WaMessage };

/** A sending call as it came in. `outcome`: what the caller saw. */
export type SentRequest = {
  call: string;
  body: Record<string, unknown>;
  messageId: string | undefined;
  repeated: boolean;
  outcome: 'answered' | 'hung' | 'failed';
};

/** What to do wrong. Numbers count down: so many of the next requests or webhooks. */
export type Misbehaviour = {
  hangBeforeSend: number;
  hangAfterSend: number;
  failSends: number;
  slowMs: number;
  duplicateWebhooks: number;
  loseWebhooks: number;
  reorderAcks: boolean;
  noAcks: boolean;
  keyShapedAnswers: boolean;
  autoPair: boolean;
  /** Session and pairing calls that fail with 500, or that never answer although they took effect. */
  failSessionCalls: number;
  hangSessionCalls: number;
  /** New sessions stay STOPPED until they are started, as some versions leave them. */
  startStopped: boolean;
  /** Calls for chats and their messages that fail with 500, that never answer, and how long each takes besides. */
  failHistoryCalls: number;
  hangHistoryCalls: number;
  slowHistoryMs: number;
  /** Nothing is announced any more, whatever happens: a session that says WORKING and is deaf. */
  deaf: boolean;
  /** What the gateway says about the number's quota; null: nothing. */
  capping: { cappingStatus: string; totalQuota: number; usedQuota: number; cycleEnd?: number | undefined } | null;
};

/** Behaves well. */
export const wellBehaved: Misbehaviour = {
  hangBeforeSend: 0,
  hangAfterSend: 0,
  failSends: 0,
  slowMs: 0,
  duplicateWebhooks: 0,
  loseWebhooks: 0,
  reorderAcks: false,
  noAcks: false,
  keyShapedAnswers: false,
  autoPair: true,
  failSessionCalls: 0,
  hangSessionCalls: 0,
  startStopped: false,
  failHistoryCalls: 0,
  hangHistoryCalls: 0,
  slowHistoryMs: 0,
  deaf: false,
  capping: null,
};

/** All of the sandbox's memory. */
export type SandboxState = {
  sessions: Map<string, Session>;
  messages: StoredMessage[];
  /** Answers to calls for chats and messages so far. */
  historyCalls: number;
  lids: Map<string, string>;
  numbers: Map<string, string | null>;
  sent: SentRequest[];
  misbehaviour: Misbehaviour;
};

/** A fresh memory. */
export function createState(): SandboxState {
  return {
    sessions: new Map(),
    messages: [],
    historyCalls: 0,
    lids: new Map(),
    numbers: new Map(),
    sent: [],
    misbehaviour: { ...wellBehaved },
  };
}

type Counted = { [Name in keyof Misbehaviour]: Misbehaviour[Name] extends number ? Name : never }[keyof Misbehaviour];

/** Uses up one of a counted misbehaviour; false when none is left. */
export function takeOne(state: SandboxState, what: Counted): boolean {
  if (state.misbehaviour[what] <= 0) return false;
  state.misbehaviour[what] -= 1;
  return true;
}

/** The invented account that a session of this name pairs with; the same for every run. */
export function accountOf(session: string): Account {
  const digits = BigInt(`0x${createHash('sha256').update(session).digest('hex').slice(0, 12)}`)
    .toString()
    .padStart(8, '0')
    .slice(-8);
  const phone = `55119${digits}`;
  const lid = `1990000${digits}`;
  return { id: `${phone}@c.us`, lid: `${lid}@lid`, jid: `${phone}:7@s.whatsapp.net`, pushName: `Shop ${session}` };
}

/** A new inner message id in the form that phones of the web kind use. */
export function newInnerId(): string {
  return `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
}

const crockford = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new event id: `evt_` and a lower-case ULID. */
export function newEventId(now: number): string {
  let value = (BigInt(now) << 80n) | BigInt(`0x${randomBytes(10).toString('hex')}`);
  let text = '';
  for (let digit = 0; digit < 26; digit += 1) {
    text = crockford.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return `evt_${text}`;
}

const ackNames = ['PENDING', 'SERVER', 'DEVICE', 'READ', 'PLAYED'];

/** The word for an ack number. */
export function ackName(ack: number): string {
  return ack < 0 ? 'ERROR' : (ackNames[ack] ?? 'UNKNOWN');
}
