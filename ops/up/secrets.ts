// The keys of the local stack: made once, kept in `.data/secrets.json` (mode 0600). Losing them makes the stored personal data unreadable.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Keys are 32 bytes in base64; the role password is for the two application roles of our own database. */
export type Secrets = { MASTER_KEY: string; TEMPORAL_CODEC_KEY: string; rolePassword: string };

/** Reads the secrets of a state folder, making them first when there are none. Those set in the environment win. */
export function loadSecrets(stateDir: string): Secrets {
  const file = path.join(stateDir, 'secrets.json');
  if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(newSecrets(), null, 2)}\n`, { mode: 0o600 });
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  return {
    MASTER_KEY: process.env['MASTER_KEY'] || stored.MASTER_KEY,
    TEMPORAL_CODEC_KEY: process.env['TEMPORAL_CODEC_KEY'] || stored.TEMPORAL_CODEC_KEY,
    rolePassword: stored.rolePassword,
  };
}

function newSecrets(): Secrets {
  return {
    MASTER_KEY: randomBytes(32).toString('base64'),
    TEMPORAL_CODEC_KEY: randomBytes(32).toString('base64'),
    rolePassword: randomBytes(18).toString('hex'),
  };
}
