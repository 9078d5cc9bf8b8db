// What a scaffold is about to write, all of it in memory: checked as a whole, then written as a whole or not at all.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from './words.ts';

/** The texts to be, by path from the project's folder. */
export type Draft = {
  readonly root: string;
  /** The file as it will be; refuses when there is none. */
  readonly text: (file: string) => string;
  /** Whether the project has this file or folder, or will have the file. */
  readonly has: (file: string) => boolean;
  /** A new file; refuses when something of this name is there. */
  readonly create: (file: string, text: string) => void;
  /** A change to a file that is there. */
  readonly edit: (file: string, change: (text: string) => string) => void;
  /** What is new and what is changed, sorted. */
  readonly files: () => readonly { readonly file: string; readonly isNew: boolean }[];
  /** The lines that a file gets, before the formatter has put them in order. */
  readonly added: (file: string) => readonly string[];
  /** Writes it all; takes everything back when one can't be written. */
  readonly write: () => void;
};

/** Begins a draft for the project in `root`. */
export function draftOf(root: string): Draft {
  const texts = new Map<string, string>();
  const created = new Set<string>();
  const onDisk = (file: string): string | undefined =>
    existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), 'utf8') : undefined;
  const text = (file: string): string => {
    const found = texts.get(file) ?? onDisk(file);
    if (found === undefined) throw new Refusal(`${file} is not there, and this scaffold has to add to it.`);
    return found;
  };
  return {
    root,
    text,
    has: (file) => texts.has(file) || existsSync(path.join(root, file)),
    create(file, content) {
      if (texts.has(file) || existsSync(path.join(root, file)))
        throw new Refusal(`${file} is there already and is not overwritten: choose another name.`);
      created.add(file);
      texts.set(file, content);
    },
    edit: (file, change) => void texts.set(file, change(text(file))),
    files: () => [...texts.keys()].sort().map((file) => ({ file, isNew: created.has(file) })),
    added(file) {
      const before = new Set(onDisk(file)?.split('\n'));
      return text(file)
        .split('\n')
        .filter((line) => !before.has(line));
    },
    write() {
      const before = new Map<string, string | undefined>();
      try {
        for (const [file, content] of texts) {
          mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
          before.set(file, onDisk(file));
          writeFileSync(path.join(root, file), content);
        }
      } catch (error) {
        for (const [file, content] of before) {
          if (content === undefined) rmSync(path.join(root, file), { force: true });
          else writeFileSync(path.join(root, file), content);
        }
        throw error;
      }
    },
  };
}
