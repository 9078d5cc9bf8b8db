// The environment is parsed once; a wrong variable is named with what it should be.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './config.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const usable = { MASTER_KEY: key, TEMPORAL_CODEC_KEY: key };

test('two keys are enough; the rest points at the local stack', () => {
  const config = loadConfig(usable);
  assert.equal(config.TEMPORAL_ADDRESS, '127.0.0.1:7233');
  assert.equal(config.TEMPORAL_TLS, false);
  assert.equal(config.METRICS_HOST, '127.0.0.1');
});

test('every unusable variable is named with what it should be, and its value is not shown', () => {
  const unusable = {
    ...usable,
    MASTER_KEY: 'hunter2',
    API_PORT: '99999',
    TEMPORAL_TLS: 'maybe',
    DATABASE_URL: 'nowhere',
  };
  assert.throws(
    () => loadConfig(unusable),
    (error: Error) => {
      assert.equal(error.name, 'ConfigError');
      assert.match(error.message, /MASTER_KEY: must be 32 bytes in base64/);
      for (const name of ['API_PORT', 'TEMPORAL_TLS', 'DATABASE_URL'])
        assert.ok(error.message.includes(`  ${name}: `), name);
      assert.doesNotMatch(error.message, /hunter2|nowhere/);
      return true;
    },
  );
});

test('a missing key is asked for, an empty variable counts as missing', () => {
  assert.throws(() => loadConfig({ ...usable, MASTER_KEY: '' }), /MASTER_KEY: is required: 32 bytes in base64/);
  assert.equal(loadConfig({ ...usable, TEMPORAL_NAMESPACE: '' }).TEMPORAL_NAMESPACE, 'default');
});

test('retired codec keys are a list of keys', () => {
  assert.deepEqual(
    loadConfig({ ...usable, TEMPORAL_CODEC_RETIRED_KEYS: `${key}, ${key}` }).TEMPORAL_CODEC_RETIRED_KEYS,
    [key, key],
  );
  assert.throws(
    () => loadConfig({ ...usable, TEMPORAL_CODEC_RETIRED_KEYS: 'x' }),
    /TEMPORAL_CODEC_RETIRED_KEYS: must be keys/,
  );
});
