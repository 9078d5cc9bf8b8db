// The process's log: pino, one JSON object a line. Everything goes through redact.ts and mask-text.ts first, in every way pino takes
// its arguments. Write what happened as the message and the facts as fields; don't call a field `name` or another personal name.
import { format } from 'node:util';
import pino, { type DestinationStream, type Logger } from 'pino';
import { maskText } from './mask-text.ts';
import { createRedact } from './redact.ts';
import { isError, safeError } from './safe-error.ts';

export type { Logger } from 'pino';

/** `personalFields`: see redact.ts; the catalogue knows them. `context`: fields for every line, asked at each (the running saga's). */
export type LoggerOptions = {
  name: string;
  level: string;
  personalFields?: readonly string[];
  destination?: DestinationStream;
  context?: () => object;
};

/** Makes a logger that writes to standard output, at once, unless told otherwise. */
export function createLogger({ name, level, personalFields = [], destination, context }: LoggerOptions): Logger {
  const redact = createRedact(personalFields);
  const redactFields = (fields: object): Record<string, unknown> => {
    const redacted = redact(fields);
    return typeof redacted === 'object' && redacted !== null
      ? (redacted as Record<string, unknown>)
      : { fields: redacted };
  };
  const logger = pino(
    {
      level,
      base: { process: name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redactFields },
      // pino's own serializer of errors would add to what is already sanitised.
      serializers: { err: (value: unknown) => value },
      ...(context === undefined ? {} : { mixin: context }),
      hooks: {
        logMethod(args: unknown[], method) {
          const [fields, message] = split(args);
          if (message === undefined) method.call(this, fields);
          else method.call(this, fields, message);
        },
      },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
  // pino hands a child's bindings to no formatter.
  const { child, setBindings } = logger;
  logger.child = function redactedChild(this: Logger, bindings, options) {
    return child.call(this, redactFields(bindings), options);
  } as Logger['child'];
  logger.setBindings = function redactedBindings(this: Logger, bindings) {
    setBindings.call(this, redactFields(bindings));
  };
  return logger;
}

/** Fields and masked message of a call, in any of pino's forms: (msg, …values), (fields, msg, …values), (error, msg, …values). */
function split(args: unknown[]): [fields: object, message: string | undefined] {
  const [first, ...rest] = args;
  if (isError(first)) return [{ err: first }, text(rest) ?? messageOf(first)];
  if (typeof first === 'object' && first !== null)
    return [first, text(rest) ?? ('err' in first ? messageOf(first.err) : undefined)];
  return [{}, text(first === null || first === undefined ? rest : args)];
}

/** Left to itself, pino takes the raw message of whatever stands in `err`. */
function messageOf(error: unknown): string | undefined {
  if (isError(error)) return safeError(error).message;
  const { message } = (typeof error === 'object' && error !== null ? error : {}) as { message?: unknown };
  return message === undefined ? undefined : maskText(String(message));
}

function text(parts: unknown[]): string | undefined {
  if (parts.length === 0 || parts[0] === undefined) return undefined;
  // Objects among the values would be printed with their fields: only primitive values are let into a message.
  const values = parts.map((part) => (typeof part === 'object' && part !== null ? '[object]' : part));
  return maskText(format(...values));
}
