// The way to Temporal: settings for TLS and API keys, clear errors when it can not be reached.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { type Config, loadConfig } from './config.ts';
import { connectTemporal, connectWorkerTransport, dataConverter } from './temporal.ts';

const key = Buffer.alloc(32, 1).toString('base64');
const configured = (values: Record<string, string> = {}): Config =>
  loadConfig({ MASTER_KEY: key, TEMPORAL_CODEC_KEY: key, ...values });

/** An address where nothing listens. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

test('a server that is not there: the error names the address and what to set', async () => {
  const address = await deadAddress();
  const config = configured({ TEMPORAL_ADDRESS: address });
  const expected = {
    name: 'TemporalConnectError',
    code: 'unavailable',
    message: new RegExp(`${address}.*TEMPORAL_ADDRESS`),
  };
  await assert.rejects(connectTemporal(config, { connectTimeoutMs: 1_000 }), expected);
  await assert.rejects(connectWorkerTransport(config), expected);
});

test('a lazy connection starts without the server and its ping says what is wrong', async () => {
  const address = await deadAddress();
  const temporal = await connectTemporal(configured({ TEMPORAL_ADDRESS: address }), { lazy: true });
  await assert.rejects(temporal.ping(), { code: 'unavailable', message: new RegExp(address) });
  await temporal.close();
});

test('unusable TLS settings are told by the name of the variable', async () => {
  await assert.rejects(connectTemporal(configured({ TEMPORAL_TLS_CERT_FILE: 'cert.pem' })), {
    name: 'ConfigError',
    message: /TEMPORAL_TLS_KEY_FILE/,
  });
  const missing = configured({ TEMPORAL_TLS_CA_FILE: '/does/not/exist.pem' });
  await assert.rejects(connectTemporal(missing), { name: 'ConfigError', message: /TEMPORAL_TLS_CA_FILE.*ENOENT/ });
});

test('an API key or a server name alone turns TLS on', async () => {
  for (const values of [{ TEMPORAL_API_KEY: 'k' }, { TEMPORAL_TLS_SERVER_NAME: 'n' }, { TEMPORAL_TLS: 'true' }]) {
    const temporal = await connectTemporal(configured(values), { lazy: true });
    assert.ok(temporal.connection.options.credentials._isSecure(), JSON.stringify(values));
    await temporal.close();
  }
  const plain = await connectTemporal(configured(), { lazy: true });
  assert.equal(plain.connection.options.credentials._isSecure(), false);
  await plain.close();
});

test('retired keys still open payloads', async () => {
  const old = dataConverter(configured()).payloadCodecs?.[0];
  const newer = Buffer.alloc(32, 2).toString('base64');
  const now = dataConverter(configured({ TEMPORAL_CODEC_KEY: newer, TEMPORAL_CODEC_RETIRED_KEYS: key }))
    .payloadCodecs?.[0];
  const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('1') };
  const [opened] = (await now?.decode((await old?.encode([payload])) ?? [])) ?? [];
  assert.equal(Buffer.from(opened?.data ?? []).toString(), '1');
});
