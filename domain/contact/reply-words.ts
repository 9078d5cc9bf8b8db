// The words by which people opt out of messages and in again: the one list. Pure.

const optOutWords = [
  'STOP',
  'STOP ALL',
  'STOPALL',
  'UNSUBSCRIBE',
  'OPT OUT',
  'OPTOUT',
  'CANCEL',
  'END',
  'QUIT',
  'REMOVE ME',
  'PARAR',
  'PARE',
  'SAIR',
  'CANCELAR',
  'DESCADASTRAR',
  'DESINSCREVER',
  'NÃO QUERO RECEBER',
  'BAJA',
  'DAR DE BAJA',
  'DARME DE BAJA',
  'DETENER',
  'NO MOLESTAR',
];
const optInWords = [
  'START',
  'UNSTOP',
  'SUBSCRIBE',
  'OPT IN',
  'OPTIN',
  'INICIAR',
  'INSCREVER',
  'QUERO RECEBER',
  'ALTA',
  'DAR DE ALTA',
  'DARME DE ALTA',
  'SUSCRIBIR',
];

/** What a word asks for. */
export type ReplyWord = 'opt_out' | 'opt_in';

const normalised = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .trim()
    .replaceAll(/\s+/g, ' ')
    .toUpperCase();

const meanings = new Map<string, ReplyWord>([
  ...optOutWords.map((word) => [normalised(word), 'opt_out'] as const),
  ...optInWords.map((word) => [normalised(word), 'opt_in'] as const),
]);
const longest = Math.max(...[...meanings.keys()].map((word) => word.length));

/** What a message's text asks for, when the whole of it is one of the words; case, accents and outer blanks do not count. A word inside a sentence is no reply word. */
export function replyWord(text: string | undefined): ReplyWord | undefined {
  // Most messages are longer than any word: nothing is normalised for them.
  if (text === undefined || text.trim().length > 2 * longest) return undefined;
  return meanings.get(normalised(text));
}

/** The words as they are listed, for the documents. */
export const replyWords = { opt_out: optOutWords, opt_in: optInWords } as const;
