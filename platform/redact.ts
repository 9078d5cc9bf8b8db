// Walks anything on its way to a log and gives back plain JSON data: personal and secret fields replaced, free text masked, errors
// sanitised, sealed values as they are; bounded in depth, width and size. Never throws and never changes what it was given.
import { isErased, isSealed } from './crypto/sealed.ts';
import { maskText } from './mask-text.ts';
import { isError, safeError } from './safe-error.ts';

const REDACTED = '[redacted]';
const MAX_DEPTH = 8;
const MAX_ITEMS = 100;
const MAX_NODES = 2_000;

/** Fields that are secret in any program. Compared like personal ones, and as the end of longer names. */
const SECRET = [
  'password',
  'passwd',
  'secret',
  'token',
  'apikey',
  'authorization',
  'cookie',
  'privatekey',
  'masterkey',
  'hmac',
];

/** `personalFields`: names, or paths of which the last name counts (`address.*.street`). Case, `_` and `-` make no difference. */
export function createRedact(personalFields: readonly string[]): (value: unknown) => unknown {
  const personal = new Set(personalFields.map(lastName).map(normalised));
  const isHidden = (key: string) => {
    const name = normalised(key);
    return personal.has(name) || SECRET.some((secret) => name.endsWith(secret));
  };

  type Walk = { nodes: number; ancestors: Set<object> };

  function visit(value: unknown, depth: number, walk: Walk): unknown {
    walk.nodes += 1;
    if (walk.nodes > MAX_NODES) return '[cut]';
    switch (typeof value) {
      case 'string':
        return isSealed(value) ? value : maskText(value);
      case 'bigint':
        return value.toString();
      case 'function':
      case 'symbol':
        return undefined;
      case 'object':
        return value === null ? null : visitObject(value, depth, walk);
      default:
        return value;
    }
  }

  function visitObject(value: object, depth: number, walk: Walk): unknown {
    if (isError(value)) return safeError(value);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (walk.ancestors.has(value)) return '[circular]';
    if (depth >= MAX_DEPTH) return '[deep]';
    walk.ancestors.add(value);
    const seen = Array.isArray(value) ? visitArray(value, depth, walk) : visitFields(value, depth, walk);
    walk.ancestors.delete(value);
    return seen;
  }

  function visitArray(values: readonly unknown[], depth: number, walk: Walk): unknown[] {
    const seen = values.slice(0, MAX_ITEMS).map((item) => visit(item, depth + 1, walk) ?? null);
    return values.length > MAX_ITEMS ? [...seen, `[${values.length - MAX_ITEMS} more]`] : seen;
  }

  function visitFields(value: object, depth: number, walk: Walk): unknown {
    if ('toJSON' in value && typeof value.toJSON === 'function') return visit(value.toJSON(), depth + 1, walk);
    // Requests, sockets, clients: large, and full of what nobody meant to log.
    if (!isPlain(value)) return `[${maskText(value.constructor?.name ?? 'object', 60)}]`;
    const seen: Record<string, unknown> = {};
    const keys = Object.keys(value);
    for (const key of keys.slice(0, MAX_ITEMS)) {
      const field: unknown = (value as Record<string, unknown>)[key];
      const shown = isHidden(key) ? hidden(field) : visit(field, depth + 1, walk);
      // defineProperty, because a key may be `__proto__`.
      if (shown !== undefined) Object.defineProperty(seen, maskText(key, 200), { value: shown, enumerable: true });
    }
    if (keys.length > MAX_ITEMS) seen['…'] = `[${keys.length - MAX_ITEMS} more]`;
    return seen;
  }

  return (value) => {
    try {
      return visit(value, 0, { nodes: 0, ancestors: new Set() });
    } catch {
      // A getter or toJSON that throws.
      return '[unreadable]';
    }
  };
}

/** That a field is set, empty or sealed may be seen; what it holds may not. */
function hidden(value: unknown): unknown {
  if (value === undefined || value === null || typeof value === 'boolean' || isSealed(value) || isErased(value))
    return value;
  return REDACTED;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

const normalised = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, '');
const lastName = (path: string) =>
  path
    .split('.')
    .filter((part) => part !== '*')
    .at(-1) ?? path;
