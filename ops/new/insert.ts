// Insertions into lists that are there, found by the line that opens or closes them. An anchor that is not there exactly once refuses, and says where to write by hand.
import type { Draft } from './draft.ts';
import { Refusal } from './words.ts';

const missing = (file: string, anchor: string, lines: string): Refusal =>
  new Refusal(
    `${file} looks otherwise than expected: there is no single place "${anchor.trim()}". Nothing was written. What belongs there:\n${lines.trim()}`,
  );

function placeOf(file: string, text: string, anchor: string, lines: string, from = 0): number {
  const at = text.indexOf(anchor, from);
  if (at < 0) throw missing(file, anchor, lines);
  return at;
}

/** Puts lines before the first `close` after `open`: the end of a list that begins with `open`. */
export function insertAtEnd(draft: Draft, file: string, list: { open: string; close: string }, lines: string): void {
  draft.edit(file, (text) => {
    const opened = placeOf(file, text, list.open, lines);
    if (text.indexOf(list.open, opened + 1) >= 0) throw missing(file, list.open, lines);
    const closed = placeOf(file, text, list.close, lines, opened + list.open.length - 1);
    return `${text.slice(0, closed)}\n${lines.replace(/^\n|\n$/g, '')}${text.slice(closed)}`;
  });
}

/** Puts lines right before a line that is there once. */
export function insertBefore(draft: Draft, file: string, anchor: string, lines: string): void {
  draft.edit(file, (text) => {
    const at = placeOf(file, text, anchor, lines);
    if (text.indexOf(anchor, at + 1) >= 0) throw missing(file, anchor, lines);
    return `${text.slice(0, at)}${lines}${text.slice(at)}`;
  });
}

/** Puts text right behind one that is there once. */
export function insertAfter(draft: Draft, file: string, anchor: string, text: string): void {
  insertBefore(draft, file, anchor, '');
  draft.edit(file, (before) => before.replace(anchor, () => `${anchor}${text}`));
}

/** Adds a line to what the next release adds. */
export function noteAddition(draft: Draft, line: string): void {
  const file = 'CHANGELOG.md';
  draft.edit(file, (text) => {
    const added = placeOf(file, text, '### Added', line, placeOf(file, text, '## [Unreleased]', line));
    const end = placeOf(file, text, '\n\n#', line, added);
    return `${text.slice(0, end)}\n${line}${text.slice(end)}`;
  });
}

/** Adds a line that imports or exports; the formatter sorts them. */
export function insertImport(draft: Draft, file: string, line: string): void {
  draft.edit(file, (text) => {
    const at = /^(?:import|export) .*$/m.exec(text);
    if (!at) throw missing(file, 'import', line);
    return `${text.slice(0, at.index)}${line}\n${text.slice(at.index)}`;
  });
}

/** Sees to it that a file imports these names as values from a module. */
export function needImports(draft: Draft, file: string, names: readonly string[], from: string): void {
  for (const name of names) {
    const text = draft.text(file);
    const known = new RegExp(`^import \\{([^}]*)\\} from '${from.replaceAll('.', '\\.')}';`, 'm').exec(text);
    const isThere = known?.[1]?.split(',').some((one) => one.trim() === name);
    if (isThere) continue;
    if (new RegExp(`\\b(?:const|function|let) ${name}\\b`).test(text))
      throw new Refusal(
        `${file} calls something else "${name}", which the new lines need from ${from}: rename that first.`,
      );
    if (!known) insertImport(draft, file, `import { ${name} } from '${from}';`);
    else draft.edit(file, (before) => before.replace(known[0], known[0].replace('{', `{ ${name},`)));
  }
}

/** Puts cases at the end of the switch over `subject` in the function `name`. Refuses functions whose switch sends everything else elsewhere. */
export function insertCase(
  draft: Draft,
  file: string,
  place: { readonly name: string; readonly subject: string },
  lines: string,
): void {
  draft.edit(file, (text) => {
    const begin = placeOf(file, text, `function ${place.name}(`, lines);
    const end = placeOf(file, text, '\n}\n', lines, begin);
    const open = `  switch (${place.subject}) {`;
    const at = placeOf(file, text, open, lines, begin);
    const close = text.indexOf('\n  }\n', at);
    if (at > end || close < 0 || close > end || text.slice(at, close).includes('\n    default:'))
      throw missing(file, `switch (${place.subject}) of ${place.name}, with a case for each`, lines);
    return `${text.slice(0, close)}\n${lines.replace(/^\n|\n$/g, '')}${text.slice(close)}`;
  });
}
