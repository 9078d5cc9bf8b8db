// The words of an operator's command: what is not known is refused with the usage, before anything is done.
import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The commands with how many words each takes at most, and the options of all. `help` is known to each. */
export type Grammar<Own extends Options> = {
  readonly commands: Readonly<Record<string, number>>;
  readonly options: Own;
};

/** Reads the command line; without a command the first one. Prints what is wrong and the usage, and ends the process with 2, where it can't. */
export function commandLine<const Own extends Options>(usage: string, { commands, options }: Grammar<Own>) {
  const parsed = read(usage, options);
  const [command = Object.keys(commands)[0] ?? '', ...words] = parsed.positionals;
  if (command === 'help') return parsed;
  const most = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (most === undefined) return refuse(usage, `There is no command ${command}.`);
  if (words.length > most) return refuse(usage, `${command} takes no ${words.slice(most).join(' ')}.`);
  return parsed;
}

/** A whole number from 0, as it was given with `option`. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && text.trim() !== '') return value;
  return refuse(undefined, `${option} takes a whole number, not ${text}.`);
}

function read<const Own extends Options>(usage: string, options: Own) {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return refuse(usage, error instanceof Error ? error.message : String(error));
  }
}

function refuse(usage: string | undefined, reason: string): never {
  console.error(usage === undefined ? reason : `${reason}\n${usage}`);
  process.exit(2);
}
