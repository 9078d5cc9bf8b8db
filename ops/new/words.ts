// The words of a scaffold: one name in all the forms in which code, tables, paths and sentences write it.

/** A name in its forms, of `sales_order`: `snake`, `camel` salesOrder, `pascal` SalesOrder, `kebab` sales-order, `words` "sales order", `a` "a sales order". */
export type Name = {
  readonly snake: string;
  readonly camel: string;
  readonly pascal: string;
  readonly kebab: string;
  readonly words: string;
  readonly a: string;
};

/** What a person asked for and can't have; its message says what to change. */
export class Refusal extends Error {
  override name = 'Refusal';
}

const snakeCase = /^[a-z]+(_[a-z]+)*$/;
const camelCase = /^[a-z]+([A-Z][a-z]+)*$/;

/** Words that the generated code could not stand beside: of the language, of SQL, and the names that every decider uses. */
const reserved = new Set(
  (
    'abstract any as async await boolean break case catch class const continue debugger declare default delete do else enum eval export extends ' +
    'false finally for from function get if implements import in infer instanceof interface is keyof let module namespace never new null number ' +
    'object of package private protected public readonly return set static string super switch symbol this throw true try type typeof undefined ' +
    'unique unknown var void while with yield ' +
    'aggregate aggregates command commands decide evolve event events id label state tenant at column table row reference grant value group'
  ).split(' '),
);

/** Reads a name in snake case. `what` says in refusals what it was to name. */
export function nameOf(text: string, what: string): Name {
  if (!snakeCase.test(text))
    throw new Refusal(
      `"${text}" can't name ${what}: write small letters, words joined by one underscore, like sales_order.`,
    );
  if (reserved.has(text))
    throw new Refusal(`"${text}" can't name ${what}: the code uses this word for something else.`);
  const parts = text.split('_');
  const pascal = parts.map(capital).join('');
  const words = parts.join(' ');
  return {
    snake: text,
    camel: `${pascal.charAt(0).toLowerCase()}${pascal.slice(1)}`,
    pascal,
    kebab: parts.join('-'),
    words,
    a: `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`,
  };
}

/** Reads a name in camel case, `shipOrder`. */
export function camelNameOf(text: string, what: string): Name {
  if (!camelCase.test(text)) throw new Refusal(`"${text}" can't name ${what}: write it in camel case, like shipOrder.`);
  return nameOf(
    text.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    what,
  );
}

/** The usual plural; a name with another one is given `--plural`. */
export function pluralOf(text: string): string {
  if (/[^aeiou]y$/.test(text)) return `${text.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(text) ? `${text}es` : `${text}s`;
}

/** `place` → `Places`, `give_nickname` → `Gives the nickname of`: a summary's beginning, before the thing it is done to. */
export function doing(verb: string): string {
  const [first = '', ...rest] = verb.split('_');
  const third = /[^aeiou]y$/.test(first)
    ? `${first.slice(0, -1)}ies`
    : /(s|x|z|ch|sh|o)$/.test(first)
      ? `${first}es`
      : `${first}s`;
  return rest.length === 0 ? capital(third) : `${capital(third)} the ${rest.join(' ')} of`;
}

/** `placed` of an order → `An order was placed.`; `nickname_given` of a contact → `The nickname of a contact was given.` */
export function done(participle: string, { a }: Name): string {
  const parts = participle.split('_');
  const what = parts.slice(0, -1).join(' ');
  return `${what === '' ? capital(a) : `The ${what} of ${a}`} was ${parts.at(-1)}.`;
}

/** `camel` of `give_nickname` done to a contact, `giveContactNickname`: the operation's id. */
export function operationIdOf(verb: string, thing: Name): string {
  const [first = '', ...rest] = verb.split('_');
  return `${first}${thing.pascal}${rest.map(capital).join('')}`;
}

/** With its first letter large. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
