// Reads the body before anything looks at it: at most 1 MiB (413, by declared and by real length), at most 20 s (408), JSON that a parser can take
// without harm (UTF-8, nesting and names bounded: 400), declared as JSON (415). Leaves the bytes in `rawBody`.
import type { IncomingMessage } from 'node:http';
import { createMiddleware } from 'hono/factory';
import { DomainError } from '../../domain/kernel/errors.ts';
import type { ApiEnv } from '../api-deps.ts';
import { invalid } from '../problem.ts';

/** The largest body taken. */
export const maxBodyBytes = 1024 * 1024;

/** `json`: the body must be JSON. `raw`: any bytes; whoever asked for it parses them. */
export function readBody(kind: 'json' | 'raw', { withinMs = 20_000 } = {}) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    // Now we wait for the caller, not the caller for us.
    c.get('deadline')?.pause();
    const body = await readBytes(c.env.incoming, withinMs).catch((error: unknown) => {
      // What is still to come is not read: the connection can't be used again.
      c.header('Connection', 'close');
      throw error;
    });
    c.get('deadline')?.resume();
    c.set('rawBody', body);
    if (kind === 'json' && body.length > 0) {
      requireJson(c.req.header('content-type'), c.req.header('content-encoding'));
      // Where the framework's own reading would have put it; its type names the value, the code a promise of it.
      Object.assign(c.req.bodyCache, { text: Promise.resolve(jsonText(body)) });
    }
    await next();
  });
}

/** Reads a request to its end. Throws DomainError body_too_large or request_timeout. */
export async function readBytes(incoming: IncomingMessage, withinMs: number): Promise<Buffer> {
  const tooLarge = (): DomainError =>
    new DomainError('body_too_large', `The body is larger than ${maxBodyBytes} bytes (1 MiB): send less at once.`);
  if (Number(incoming.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      incoming.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      settle();
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBodyBytes) finish(() => reject(tooLarge()));
      else chunks.push(chunk);
    };
    const onEnd = (): void =>
      finish(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    const onGone = (): void =>
      finish(() =>
        reject(new DomainError('validation_failed', 'The connection ended before the whole body was there.')),
      );
    const timer = setTimeout(() => {
      const detail = `The body did not arrive within ${withinMs / 1000} s: send it faster, or send less.`;
      finish(() => reject(new DomainError('request_timeout', detail)));
    }, withinMs);
    incoming.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  });
}

function requireJson(contentType: string | undefined, encoding: string | undefined): void {
  const media = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!/^application\/([\w.-]+\+)?json$/.test(media))
    throw new DomainError('unsupported_media_type', 'Send the body as JSON, with Content-Type: application/json.');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new DomainError('unsupported_media_type', 'Send the body as it is, without Content-Encoding.');
}

const maxDepth = 64;
const maxNames = 10_000;
const refused = (message: string): DomainError => invalid('json', [{ path: [], message }]);

/** The body as text that is JSON. Throws DomainError validation_failed that says what is wrong with it. */
function jsonText(body: Buffer): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw refused('must be UTF-8');
  }
  boundStructure(body);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw refused('must be JSON: check quotes, commas and brackets');
  }
  if (/\\u(0000|d[89a-f])/i.test(text) && !isStorable(parsed))
    throw refused('must hold neither the character \\u0000 nor half of a surrogate pair');
  return text;
}

/** No database and no peer of ours takes these: better said here than met where the text is written. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && Buffer.from(value).toString() === value;
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, one]) => isStorable(name) && isStorable(one));
}

const [quote, backslash, colon] = [0x22, 0x5c, 0x3a];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** Walks the bytes once: brackets and names outside of strings. A parser would take a million levels; what walks its result would not. */
function boundStructure(body: Buffer): void {
  let depth = 0;
  let names = 0;
  let inString = false;
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index] ?? 0;
    if (inString) {
      if (byte === backslash) index += 1;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (opening.has(byte)) depth += 1;
    else if (closing.has(byte)) depth -= 1;
    else if (byte === colon) names += 1;
    if (depth > maxDepth) throw refused(`must not be nested deeper than ${maxDepth} levels`);
    if (names > maxNames) throw refused(`must not have more than ${maxNames} names`);
  }
}
