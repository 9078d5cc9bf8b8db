// What the gateway's OpenAPI file asks of each request body; anything else is answered 400 in the gateway's own words.
import { z } from 'zod';

const optionalText = z.string().nullish();

const remoteFile = z.looseObject({ mimetype: z.string(), filename: optionalText, url: z.string() });
const binaryFile = z.looseObject({ mimetype: z.string(), filename: optionalText, data: z.base64() });
const file = z.union([remoteFile, binaryFile]);

/** A bare id is refused: which chat it is of, and whose, is part of a message's id. */
const messageId = z
  .string()
  .regex(/^(true|false)_[^_]+@[^_]+_[^_]+(_[^_]+@[^_]+)?$/, 'must be {fromMe}_{chatId}_{id}[_{participant}]')
  .nullish();

const target = {
  session: z.string(),
  chatId: z.string().regex(/@/, 'must be a chat id'),
  id: optionalText,
  reply_to: messageId,
};

/** Body of each sending call, by the last part of its path. */
export const sendRequests = {
  sendText: z.looseObject({ ...target, text: z.string() }),
  sendImage: z.looseObject({ ...target, file, caption: optionalText }),
  sendFile: z.looseObject({ ...target, file, caption: optionalText }),
  sendVoice: z.looseObject({ ...target, file, convert: z.boolean() }),
  sendVideo: z.looseObject({
    ...target,
    file,
    convert: z.boolean(),
    caption: optionalText,
    asNote: z.boolean().nullish(),
  }),
} as const;

/** Name of a sending call. */
export type SendCall = keyof typeof sendRequests;

/** One webhook of a session's configuration. */
export const webhookConfig = z.looseObject({
  url: z.url(),
  events: z.array(z.string()),
  hmac: z.looseObject({ key: optionalText }).nullish(),
  retries: z
    .looseObject({
      delaySeconds: z.number().nullish(),
      attempts: z.number().nullish(),
      policy: z.enum(['linear', 'exponential', 'constant']).nullish(),
    })
    .nullish(),
  customHeaders: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
});

/** One webhook of a session's configuration, parsed. */
export type WebhookConfig = z.infer<typeof webhookConfig>;

/** A session's configuration. */
export const sessionConfig = z.looseObject({
  metadata: z.record(z.string(), z.string()).nullish(),
  webhooks: z.array(webhookConfig).nullish(),
});

/** A session's configuration, parsed. */
export type SessionConfig = z.infer<typeof sessionConfig>;

/** `POST /api/sessions`. */
export const sessionCreate = z.looseObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,54}$/, 'must be 1 to 54 letters, digits, - or _')
    .nullish(),
  start: z.boolean().nullish(),
  config: sessionConfig.nullish(),
});

/** `PUT /api/sessions/{session}`. */
export const sessionUpdate = z.looseObject({ config: sessionConfig.nullish() });

/** `POST /api/{session}/auth/request-code`. */
export const codeRequest = z.looseObject({
  phoneNumber: z.string().regex(/^\d{7,15}$/, 'must be a phone number of 7 to 15 digits'),
  method: optionalText,
});

/** `POST /api/{session}/auth/passkey`. */
export const passkeyAssertion = z.looseObject({
  id: z.string(),
  rawId: z.string(),
  type: z.literal('public-key'),
  response: z.looseObject({
    clientDataJSON: z.string(),
    authenticatorData: z.string(),
    signature: z.string(),
    userHandle: optionalText,
  }),
});

/** `PUT /api/reaction`. */
export const reactionRequest = z.looseObject({ session: z.string(), messageId: z.string(), reaction: z.string() });

/** `PUT /api/{session}/chats/{chatId}/messages/{messageId}`. */
export const editRequest = z.looseObject({ text: z.string() });

/** `sendSeen`, `startTyping`, `stopTyping`. */
export const chatRequest = z.looseObject({ session: z.string(), chatId: z.string() });
