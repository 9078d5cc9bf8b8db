// What a channel can connect to: whose system it is, what it can carry, and whether this product has an adapter for it.

/** The types of channels. */
export const channelTypes = [
  'waha',
  'whatsapp_business',
  'whatsapp',
  'messenger',
  'instagram',
  'telegram',
  'wechat',
  'twilio_sms',
  'web_form',
] as const;

/** One of the types. */
export type ChannelType = (typeof channelTypes)[number];

/** What a channel can carry or tell. */
export const capabilities = [
  'text',
  'media',
  'voice',
  'location',
  'contact_cards',
  'stickers',
  'templates',
  'groups',
  'reactions',
  'edits',
  'delivery_receipts',
  'read_receipts',
  'history_import',
  'labels',
] as const;

/** One of the capabilities. */
export type Capability = (typeof capabilities)[number];

/** The usual provider and capabilities of a type; a tenant may say otherwise in its own `channel_type`. */
export type TypeFacts = {
  readonly provider: string;
  readonly capabilities: readonly Capability[];
  readonly hasAdapter: boolean;
};

const whatsapp: readonly Capability[] = [
  'text',
  'media',
  'voice',
  'location',
  'contact_cards',
  'stickers',
  'reactions',
];
const receipts: readonly Capability[] = ['delivery_receipts', 'read_receipts'];
const planned = (provider: string, carries: readonly Capability[]): TypeFacts => ({
  provider,
  capabilities: carries,
  hasAdapter: false,
});

/** By type. */
export const typeFacts: Readonly<Record<ChannelType, TypeFacts>> = {
  waha: {
    provider: 'waha',
    capabilities: [...whatsapp, ...receipts, 'groups', 'edits', 'history_import', 'labels'],
    hasAdapter: true,
  },
  whatsapp_business: planned('meta', [...whatsapp, ...receipts, 'templates']),
  whatsapp: planned('meta', [...whatsapp, ...receipts]),
  messenger: planned('meta', ['text', 'media', 'voice', 'reactions', ...receipts]),
  instagram: planned('meta', ['text', 'media', 'voice', 'reactions', 'read_receipts']),
  telegram: planned('telegram', ['text', 'media', 'voice', 'location', 'contact_cards', 'stickers', 'groups', 'edits']),
  wechat: planned('tencent', ['text', 'media', 'voice', 'location']),
  twilio_sms: planned('twilio', ['text', 'media', 'delivery_receipts']),
  web_form: planned('own', ['text']),
};
