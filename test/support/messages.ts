// Webhook bodies of messages, for tests of what comes after intake. Each call makes another message.
import { randomBytes } from 'node:crypto';

/** What of a message is said; everything else is made up. `from` is the chat's address, `to` that of an own message's partner. */
export type MessageSpec = {
  readonly from?: string;
  readonly body?: string | null;
  readonly fromMe?: boolean;
  readonly event?: 'message' | 'message.any';
  readonly innerId?: string;
  /** The account, to tell an own message's writer. */
  readonly payload?: object;
  /** The engine's own data, beside the name. */
  readonly info?: object;
  readonly message?: object;
  readonly at?: number;
};

const account = '5511900000001@c.us';
let clock = 1_781_000_000;

/** A message event as the gateway posts it. */
export function gatewayMessage(spec: MessageSpec = {}): object {
  const { from = '5511987650001@c.us', body = 'Oi', fromMe = false, event = 'message', payload = {} } = spec;
  clock += 1;
  const timestamp = spec.at ?? clock;
  const innerId = spec.innerId ?? randomInnerId();
  return {
    id: `evt_${randomBytes(13).toString('hex')}`,
    timestamp: timestamp * 1_000,
    event,
    session: 'default',
    me: { id: account },
    payload: {
      id: `${fromMe}_${from}_${innerId}`,
      timestamp,
      from,
      fromMe,
      to: account,
      body,
      hasMedia: false,
      _data: {
        Info: { PushName: 'Ana', ...spec.info },
        ...(spec.message && { Message: spec.message }),
      },
      ...payload,
    },
  };
}

/** An id as the gateway draws them. */
export function randomInnerId(): string {
  return `3EB0${randomBytes(8).toString('hex').toUpperCase()}`;
}

/** A file the gateway has downloaded. */
export const file = (mimetype: string) => ({
  hasMedia: true,
  media: { url: 'https://files.example.com/1', mimetype, filename: null },
});

/** An advert's context, as it stands beside a message's content. */
export const advert = {
  externalAdReply: { title: 'Bolo', sourceType: 'ad', sourceID: '120200000000000001', ctwaClid: 'CLICK-1' },
  conversionSource: 'FB_Ads',
  entryPointConversionApp: 'facebook',
};
