// Reply words: the whole message, in any case, with or without accents; a word inside a sentence is none.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { replyWord, replyWords } from './reply-words.ts';

describe('reply words', () => {
  it('are known however they are written', () => {
    for (const text of [
      'STOP',
      ' stop\n',
      'Sair',
      'não  quero receber',
      'NAO QUERO RECEBER',
      'ＳＴＯＰ',
      'baja',
      'Cancelar',
    ])
      assert.equal(replyWord(text), 'opt_out', text);
    for (const text of ['START', ' start', 'Alta', 'quero receber']) assert.equal(replyWord(text), 'opt_in', text);
  });

  it('are the whole message or none', () => {
    for (const text of [
      '',
      ' ',
      'stop it',
      'Quero parar de fumar',
      'STOP!',
      'stopp',
      'não',
      'a'.repeat(10_000),
      undefined,
    ])
      assert.equal(replyWord(text), undefined, text);
  });

  it('mean one thing each', () => {
    for (const [meaning, words] of Object.entries(replyWords))
      for (const word of words) assert.equal(replyWord(word), meaning, word);
  });
});
