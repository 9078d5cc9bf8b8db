// The words of an operator's command: what is not known is refused with the usage, before anything is done.
import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * What a program takes. `commands`: each with how many words it takes at most; `help` is known to each. A program without commands says how many
 * `words` it takes itself, and knows `--help`.
 */
export type Grammar<Own extends Options> = {
  readonly options: Own;
} & ({ readonly commands: Readonly<Record<string, number>> } | { readonly words: number });

/** Reads the command line; without a command the first one. Prints what is wrong and the usage, and ends the process with 2, where it can't. */
export function commandLine<const Own extends Options>(usage: string, grammar: Grammar<Own>) {
  const parsed = read(usage, grammar.options);
  const { help: asksForHelp }: { help?: boolean } = parsed.values;
  if (asksForHelp) return help(usage);
  if ('words' in grammar) {
    const surplus = parsed.positionals.slice(grammar.words);
    return surplus.length > 0 ? refuse(usage, `It takes no ${surplus.join(' ')}.`) : parsed;
  }
  const { commands } = grammar;
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
    return parseArgs({
      allowPositionals: true,
      options: { ...options, help: { type: 'boolean', short: 'h' } } as const,
    });
  } catch (error) {
    return refuse(usage, error instanceof Error ? error.message : String(error));
  }
}

function help(usage: string): never {
  console.log(usage);
  process.exit(0);
}

function refuse(usage: string | undefined, reason: string): never {
  console.error(usage === undefined ? reason : `${reason}\n${usage}`);
  process.exit(2);
}
