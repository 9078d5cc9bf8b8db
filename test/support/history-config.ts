// The configuration under which workflow histories are recorded and replayed. Its key is no secret: nothing but made-up ids is sealed by it.
import { type Config, loadConfig } from '../../platform/config.ts';

const key = Buffer.alloc(32, 'recorded histories').toString('base64');

/** The codec's key of all recorded histories: another one could not open them. */
export const historyCodecKey = key;

/** A configuration for what needs no servers but a converter. */
export const historyConfig: Config = loadConfig({
  NODE_ENV: 'test',
  LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
  MASTER_KEY: key,
  TEMPORAL_CODEC_KEY: key,
});
