// Pairing a channel while it is being activated: QR code over HTTP and as a stream, a code to type on the phone, the passkey.
import { z } from '@hono/zod-openapi';
import { isNull } from 'drizzle-orm';
import { aggregates } from '../../db/aggregates.ts';
import { noDetails, readPairing } from '../../db/channel-pairings.ts';
import { readOne } from '../../db/queries/read-state.ts';
import { channels } from '../../db/schema/channels.ts';
import type { Tx } from '../../db/transaction.ts';
import { DomainError, violated } from '../../domain/kernel/errors.ts';
import { activationSaga } from '../../intake/channel-sagas.ts';
import { isWahaError } from '../../integrations/waha/waha-error.ts';
import type { ApiDeps } from '../api-deps.ts';
import { found, type Route, readRoute, streamRoute, writeRoute } from '../define-route.ts';
import { channelPairingSchema, pairingCodeSchema } from '../schemas/channel.ts';
import { idParams } from '../schemas/common.ts';
import { streamChanges } from '../stream-changes.ts';

const tag = 'channels';
const path = '/v1/channels/{id}/pairing';
const text = z.string().min(1).max(10_000);
/** As `navigator.credentials.get()` gives it, by `toJSON()`. */
const assertion = z.object({
  id: text,
  rawId: text,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: text,
    authenticatorData: text,
    signature: text,
    userHandle: text.optional(),
  }),
});

const readChannel = async (tx: Tx, { database }: ApiDeps, id: string) =>
  found(await readOne(tx, database.keysOf, aggregates.channel.store, id, isNull(channels.deletedAt)), 'channel');

async function pairingOf(tx: Tx, deps: ApiDeps, channelId: string) {
  const { status, lastError, activationRequestedAt } = await readChannel(tx, deps, channelId);
  const isUnderWay = status === 'activating' || status === 'connecting';
  const pairing = isUnderWay ? await readPairing(tx, deps.database.keysOf, channelId) : undefined;
  return {
    channelId,
    status,
    lastError,
    ...(pairing ?? { ...noDetails, sessionStatus: null, changedAt: null }),
    sagaId: activationRequestedAt && activationSaga(channelId, activationRequestedAt).correlationId,
  };
}

/** The name of the session that waits to be paired. Throws rule_violated when none does. */
async function sessionToPair(tx: Tx, deps: ApiDeps, channelId: string): Promise<string> {
  const { status, externalId } = await readChannel(tx, deps, channelId);
  if (status !== 'activating' && status !== 'connecting')
    throw violated('not_pairing', `The channel is ${status}: ask for its activation first.`);
  return externalId ?? 'default';
}

/** Runs one call of the gateway's; false or undefined from it: the session waits for something else. */
async function atGateway<T>(waitsFor: string, call: () => Promise<T | undefined | false>): Promise<T> {
  const answer = await call().catch((error: unknown) => {
    if (!isWahaError(error)) throw error;
    if (error.code === 'rejected')
      throw violated('gateway_refused', 'The gateway refuses it as it is: check the body.');
    throw new DomainError('unavailable', 'The gateway can not be asked right now: try again in a moment.');
  });
  if (answer === undefined || answer === false)
    throw violated('not_pairing', `The session does not wait for ${waitsFor} now: read ${path} first.`);
  return answer;
}

export const channelPairingRoutes: readonly Route[] = [
  readRoute({
    method: 'get',
    path,
    scope: 'admin',
    operationId: 'readChannelPairing',
    tag,
    summary: 'Shows what a person who pairs the channel has to do now, the QR code first of all',
    params: idParams,
    answer: { description: 'The pairing.', schema: channelPairingSchema },
    handle: async ({ params }, { read, deps }) => ({ body: await read((tx) => pairingOf(tx, deps, params.id)) }),
  }),
  streamRoute({
    method: 'get',
    path: `${path}/stream`,
    scope: 'admin',
    operationId: 'streamChannelPairing',
    tag,
    summary: 'Streams the pairing as it goes on, with each new QR code',
    description:
      'Server-sent events: `pairing` at once and after each change, with the same data as the pairing itself. A comment comes every 15 s.',
    params: idParams,
    answer: { description: 'The stream.', schema: z.string() },
    handle: ({ params }, { read, deps }, c) =>
      streamChanges(c, 'pairing', async () =>
        channelPairingSchema.parse(await read((tx) => pairingOf(tx, deps, params.id))),
      ),
  }),
  writeRoute({
    method: 'post',
    path: `${path}/code`,
    scope: 'admin',
    operationId: 'requestChannelPairingCode',
    tag,
    summary: 'Asks for a code to type on the phone, in place of scanning the QR code',
    params: idParams,
    body: z.strictObject({
      phoneNumber: z
        .string()
        .regex(/^\+?\d{7,15}$/, 'must be a phone number in international form: 7 to 15 digits')
        .openapi({ example: '+5511987654321' }),
    }),
    answer: { description: 'The code.', schema: pairingCodeSchema },
    handle: async ({ params, body }, { tx, deps }) => {
      const session = await sessionToPair(tx, deps, params.id);
      const digits = body.phoneNumber.replace('+', '');
      const code = await atGateway('a code', () => deps.gateway.requestPairingCode(session, digits));
      return { body: { code } };
    },
  }),
  writeRoute({
    method: 'post',
    path: `${path}/passkey`,
    scope: 'admin',
    operationId: 'answerChannelPasskey',
    tag,
    summary: "Hands over the passkey's answer to the challenge",
    params: idParams,
    body: assertion,
    answer: { status: 204, description: 'Handed over; the pairing goes on.' },
    handle: async ({ params, body }, { tx, deps }) => {
      const session = await sessionToPair(tx, deps, params.id);
      await atGateway('a passkey', () => deps.gateway.submitPasskey(session, body));
      return {};
    },
  }),
  writeRoute({
    method: 'post',
    path: `${path}/passkey/confirm`,
    scope: 'admin',
    operationId: 'confirmChannelPasskey',
    tag,
    summary: "Says that the confirmation code is the same as the phone's",
    params: idParams,
    answer: { status: 204, description: 'Confirmed; the pairing goes on.' },
    handle: async ({ params }, { tx, deps }) => {
      const session = await sessionToPair(tx, deps, params.id);
      await atGateway('a confirmation', () => deps.gateway.confirmPasskey(session));
      return {};
    },
  }),
];
