// Temporal's payload codec: AES-256-GCM over the whole payload, so that the server stores cipher text only. Marks what it made with
// encoding `binary/encrypted` and the key's id; leaves payloads of others as they are (started by hand with the CLI, for example).
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { openBytes, sealBytes } from './aes-gcm.ts';
import { CryptoError } from './crypto-error.ts';
import { keyId } from './key-ring.ts';

const ENCODING = 'binary/encrypted';
const PayloadProto = proto.temporal.api.common.v1.Payload;

/** `key` seals and opens; `retiredKeys` only open. 32 bytes each. */
export type PayloadCodecOptions = { key: Uint8Array; retiredKeys?: readonly Uint8Array[] };

/** Makes the codec. Decoding throws CryptoError `wrong_key` for a payload of an unknown key, `not_authentic` for a changed one. */
export function createPayloadCodec({ key, retiredKeys = [] }: PayloadCodecOptions): PayloadCodec {
  const sealingId = keyId(key);
  const keys = new Map([...retiredKeys, key].map((each) => [keyId(each), each]));

  function encode(payload: Payload): Payload {
    const plain = PayloadProto.encode(payload).finish();
    return {
      metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(sealingId) },
      data: sealBytes(key, plain, associatedData(sealingId)),
    };
  }

  function decode(payload: Payload): Payload {
    if (text(payload.metadata?.['encoding']) !== ENCODING) return payload;
    const id = text(payload.metadata?.['encryption-key-id']);
    const opening = keys.get(id);
    if (opening === undefined) {
      const shown = /^[0-9a-f]{8}$/.test(id) ? id : 'without a usable id';
      throw new CryptoError(
        'wrong_key',
        `A Temporal payload was sealed with the key ${shown}, this process has ${[...keys.keys()].join(', ')}: set TEMPORAL_CODEC_KEY, or add the old key to TEMPORAL_CODEC_RETIRED_KEYS.`,
      );
    }
    return PayloadProto.decode(openBytes(opening, payload.data ?? new Uint8Array(), associatedData(id)));
  }

  return {
    encode: async (payloads) => payloads.map(encode),
    decode: async (payloads) => payloads.map(decode),
  };
}

const associatedData = (id: string) => `temporal payload ${id}`;
const text = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('utf8');
