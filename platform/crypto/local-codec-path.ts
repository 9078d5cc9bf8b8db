// The codec endpoint's path for a local stack: whoever knows it may decode. The Temporal UI of the development server can send nothing else.
import { createHmac } from 'node:crypto';

/** A path that only holders of the master key can know. Not mounted in production, where people sign in or send a key. */
export function localCodecPath(masterKey: string): string {
  const token = createHmac('sha256', Buffer.from(masterKey, 'base64')).update('local codec path').digest('base64url');
  return `/codec/local/${token.slice(0, 32)}`;
}
