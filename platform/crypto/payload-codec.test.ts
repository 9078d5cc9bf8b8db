// Temporal payloads: sealed and opened through the real data converter, old ones and unsealed ones included.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure, type LoadedDataConverter, type Payload } from '@temporalio/common';
import {
  decodeArrayFromPayloads,
  decodeFailure,
  encodeErrorToFailure,
  encodeToPayloads,
} from '@temporalio/common/lib/internal-non-workflow/codec-helpers.js';
import fc from 'fast-check';
import { keyId, newKey } from './key-ring.ts';
import { createPayloadCodec } from './payload-codec.ts';

const key = newKey();
const failureConverterPath = fileURLToPath(new URL('./failure-converter.ts', import.meta.url));

/** The converter as a client loads and uses it. */
function loadedConverter(): LoadedDataConverter {
  const dataConverter = { payloadCodecs: [createPayloadCodec({ key })], failureConverterPath };
  return new Client({ connection: Connection.lazy(), dataConverter }).options.loadedDataConverter;
}

test("values go through a client's converter and back, and nothing of them is left readable", async () => {
  const converter = loadedConverter();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue(), { minLength: 1 }), async (values) => {
      const payloads = (await encodeToPayloads(converter, ...values)) ?? [];
      assert.deepEqual(await decodeArrayFromPayloads(converter, payloads), JSON.parse(JSON.stringify(values)));
    }),
  );
  const payloads =
    (await encodeToPayloads(converter, { text: 'canary-4711' }, undefined, new Uint8Array([1, 2]))) ?? [];
  assert.deepEqual(
    payloads.map((payload) => text(payload.metadata?.['encoding'])),
    ['binary/encrypted', 'binary/encrypted', 'binary/encrypted'],
  );
  assert.equal(text(payloads[0]?.metadata?.['encryption-key-id']), keyId(key));
  assert.ok(!payloads.some((payload) => text(payload.data).includes('canary')));
  const [object, nothing, bytes] = await decodeArrayFromPayloads(converter, payloads);
  assert.deepEqual(object, { text: 'canary-4711' });
  assert.equal(nothing, undefined);
  assert.deepEqual(new Uint8Array(bytes as Uint8Array), new Uint8Array([1, 2]));
});

test("a failure's message, stack and details are sealed; its type stays readable", async () => {
  const converter = loadedConverter();
  const error = ApplicationFailure.nonRetryable('canary-message', 'rule_violated', { of: 'canary-detail' });
  const failure = await encodeErrorToFailure(converter, error);
  assert.equal(failure.applicationFailureInfo?.type, 'rule_violated');
  assert.ok(!JSON.stringify(failure, asText).includes('canary'));
  const back = converter.failureConverter.failureToError(
    await decodeFailure(converter.payloadCodecs, failure),
    converter.payloadConverter,
  );
  assert.equal(back.message, 'canary-message');
});

test('payloads that nobody sealed pass as they are', async () => {
  const plain: Payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"by hand"') };
  const codec = createPayloadCodec({ key });
  assert.deepEqual(await codec.decode([plain, {}]), [plain, {}]);
  assert.deepEqual(await codec.decode([]), []);
});

test('another key, a changed payload: an error that says which key is missing', async () => {
  const plain: Payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('1') };
  const codec = createPayloadCodec({ key });
  const [sealed] = await codec.encode([plain]);
  assert.ok(sealed?.data);
  await assert.rejects(createPayloadCodec({ key: newKey() }).decode([sealed]), {
    code: 'wrong_key',
    message: new RegExp(`${keyId(key)}.*TEMPORAL_CODEC_KEY`),
  });
  const changed = Buffer.from(sealed.data);
  changed[20] = (changed[20] ?? 0) ^ 1;
  await assert.rejects(codec.decode([{ ...sealed, data: changed }]), { code: 'not_authentic' });
  const claimed = { ...sealed, metadata: { ...sealed.metadata, 'encryption-key-id': Buffer.from('canary') } };
  await assert.rejects(codec.decode([claimed]), (error: Error) => !error.message.includes('canary'));
});

const text = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('latin1');
const asText = (_: string, value: unknown) => (value instanceof Uint8Array ? text(value) : value);
