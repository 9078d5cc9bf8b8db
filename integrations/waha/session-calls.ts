// The gateway's calls about sessions: make and configure, start and stop, log out, delete, pair. All may be repeated.
import { z } from 'zod';
import { cappingAnswer, sessionAnswer, type WahaSession } from './answers.ts';
import { type Calling, none, notNow, read, segment } from './calling.ts';
import { sameSettings, withoutWebhook, withWebhook } from './session-config.ts';

/** A webhook as the gateway's session should call it. */
export type SessionWebhook = {
  readonly url: string;
  readonly events: readonly string[];
  readonly hmacKey: string;
  readonly retries?: {
    readonly policy: 'linear' | 'exponential' | 'constant';
    readonly delaySeconds: number;
    readonly attempts: number;
  };
};

/** A picture of a QR code; `data` is base64. */
export type QrPicture = { readonly mimetype: string; readonly data: string };

/** A WebAuthn challenge or its answer, as the browser's API takes and gives it. */
export type PasskeyData = Readonly<Record<string, unknown>>;

/** The quota of a session's number: how many messages it may still send (null: no end), until when its cycle lasts (ms). */
export type WahaCapping = {
  readonly status: 'NONE' | 'FIRST_WARNING' | 'SECOND_WARNING' | 'CAPPED';
  readonly remaining: number | null;
  readonly until: number | null;
};

/** The calls. Each throws WahaError. What is asked of a session that is gone is undefined; what is told it is done. */
export type WahaSessionCalls = {
  /** Makes the session be as described, and start. A running session restarts. */
  createOrUpdateSession(
    session: string,
    config: { webhooks: readonly SessionWebhook[]; metadata?: Record<string, string> },
  ): Promise<void>;
  /** The session's state, or undefined when there is none of this name. */
  getSession(session: string): Promise<WahaSession | undefined>;
  /** The quota of the session's number; undefined: this gateway does not tell. */
  getCapping(session: string): Promise<WahaCapping | undefined>;
  /** Makes the session if there is none, puts webhook and metadata beside what else it is configured to, and starts it. Restarts it only when something differs. */
  connectSession(session: string, webhook: SessionWebhook, metadata: Record<string, string>): Promise<void>;
  /** Stops the session and takes the webhook of this address off; the account stays paired. */
  releaseSession(session: string, webhookUrl: string): Promise<void>;
  restartSession(session: string): Promise<void>;
  /** Logs the account out and deletes the session with all its configuration. */
  removeSession(session: string): Promise<void>;
  /** The QR code to be scanned right now; undefined when none is waited for. */
  getQr(session: string): Promise<QrPicture | undefined>;
  /** A code that is typed on the phone instead of scanning; undefined when the session is not waiting for one. `phoneNumber`: digits only. */
  requestPairingCode(session: string, phoneNumber: string): Promise<string | undefined>;
  /** The challenge that waits for a passkey; undefined: none does. */
  getPasskeyChallenge(session: string): Promise<PasskeyData | undefined>;
  /** The code to compare with the phone's; undefined: none is waited for. */
  getPasskeyCode(session: string): Promise<string | undefined>;
  /** Answers the challenge; false: none waits. */
  submitPasskey(session: string, assertion: PasskeyData): Promise<boolean>;
  /** Says that the codes are the same; false: none waits. */
  confirmPasskey(session: string): Promise<boolean>;
};

const configAnswer = z.looseObject({ config: z.record(z.string(), z.unknown()).nullish() });
const qrAnswer = z.looseObject({ mimetype: z.string().max(100), data: z.string().min(1).max(200_000) });
const codeAnswer = z.looseObject({ code: z.string().min(1).max(100) });
const challengeAnswer = z.looseObject({ challenge: z.string().min(1).max(10_000) });

/** Makes the calls. */
export function createSessionCalls(call: Calling): WahaSessionCalls {
  const at = (session: string): string => `/api/sessions/${segment(session)}`;
  const pairing = (session: string, rest: string): string => `/api/${segment(session)}/auth/${rest}`;
  const tell = async (session: string, verb: 'stop' | 'restart' | 'logout'): Promise<void> =>
    void (await call(`${verb}Session`, { method: 'POST', path: `${at(session)}/${verb}` }).catch(none));
  const rawConfig = async (session: string) => {
    const answer = await call('getSession', { method: 'GET', path: at(session) }).catch(none);
    return answer === undefined ? undefined : (read(configAnswer, answer, 'getSession').config ?? {});
  };
  const create = (name: string, config: object): Promise<unknown> =>
    call('createSession', { method: 'POST', path: '/api/sessions', body: { name, config, start: true } });
  const update = (session: string, config: object): Promise<unknown> =>
    call('updateSession', { method: 'PUT', path: at(session), body: { config } });
  const asked = async (what: string, path: string): Promise<unknown> =>
    (await call(what, { method: 'GET', path }).catch(notNow)) ?? undefined;

  return {
    async createOrUpdateSession(session, { webhooks, metadata }) {
      const config = webhooks.reduce<object>(withWebhook, { metadata: metadata ?? {}, webhooks: [] });
      if ((await rawConfig(session)) === undefined) await create(session, config);
      else await update(session, config);
      // A gateway was seen to leave a new session STOPPED; starting a started one changes nothing.
      await call('startSession', { method: 'POST', path: `${at(session)}/start` });
    },
    async getSession(session) {
      const answer = await call('getSession', { method: 'GET', path: at(session) }).catch(none);
      return answer === undefined ? undefined : read(sessionAnswer, answer, 'getSession');
    },
    async getCapping(session) {
      const answer = await call('getCapping', { method: 'GET', path: `${at(session)}/capping` }).catch(none);
      return answer === undefined ? undefined : read(cappingAnswer, answer, 'getCapping');
    },
    async connectSession(session, webhook, metadata) {
      const known = await rawConfig(session);
      const wanted = withWebhook({ ...known, metadata: { ...entriesOf(known), ...metadata } }, webhook);
      if (known === undefined) await create(session, wanted);
      else if (!sameSettings(known, wanted)) await update(session, wanted);
      await call('startSession', { method: 'POST', path: `${at(session)}/start` });
    },
    async releaseSession(session, webhookUrl) {
      await tell(session, 'stop');
      const known = await rawConfig(session);
      if (known === undefined) return;
      const wanted = withoutWebhook(known, webhookUrl);
      if (!sameSettings(known, wanted)) await update(session, wanted);
    },
    restartSession: (session) => tell(session, 'restart'),
    async removeSession(session) {
      // Deleting logs out, too, but an account that stays linked on the phone is worth asking twice.
      await tell(session, 'logout');
      await call('deleteSession', { method: 'DELETE', path: at(session) }).catch(none);
    },
    async getQr(session) {
      const answer = await asked('getQr', pairing(session, 'qr?format=image'));
      if (answer === undefined) return undefined;
      const { mimetype, data } = read(qrAnswer, answer, 'getQr');
      return { mimetype, data };
    },
    async requestPairingCode(session, phoneNumber) {
      const body = { phoneNumber };
      const path = pairing(session, 'request-code');
      const answer = await call('requestPairingCode', { method: 'POST', path, body }).catch(notNow);
      return answer === undefined ? undefined : read(codeAnswer, answer, 'requestPairingCode').code;
    },
    async getPasskeyChallenge(session) {
      const answer = await asked('getPasskeyChallenge', pairing(session, 'passkey/challenge'));
      return answer === undefined ? undefined : read(challengeAnswer, answer, 'getPasskeyChallenge');
    },
    async getPasskeyCode(session) {
      const answer = await asked('getPasskeyCode', pairing(session, 'passkey/confirmation'));
      return answer === undefined ? undefined : read(codeAnswer, answer, 'getPasskeyCode').code;
    },
    submitPasskey: (session, assertion) =>
      taken(call('submitPasskey', { method: 'POST', path: pairing(session, 'passkey'), body: assertion })),
    confirmPasskey: (session) =>
      taken(call('confirmPasskey', { method: 'POST', path: pairing(session, 'passkey/confirm') })),
  };
}

function entriesOf(config: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  const metadata = config?.['metadata'];
  return typeof metadata === 'object' && metadata !== null ? { ...metadata } : {};
}

async function taken(answer: Promise<unknown>): Promise<boolean> {
  return answer.then(() => true, notNow).then((isTaken) => isTaken === true);
}
