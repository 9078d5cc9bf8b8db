// Reads fenced code blocks out of our documents, and applies those that are edits: so the documents can be run by tests.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** One fenced block. `words`: what stands after the fence, `sh tested` for instance. `file`: the path that the line above names in backticks. */
export type CodeBlock = {
  readonly words: readonly string[];
  readonly text: string;
  readonly heading: string;
  readonly file: string | undefined;
  /** `README.md:12`, for failures. */
  readonly place: string;
};

/** All blocks of a document, in their order; `heading` is the nearest one of level 2 or 3. */
export function codeBlocks(document: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let heading = '';
  let above = '';
  let open: { words: string[]; lines: string[]; line: number } | undefined;
  for (const [index, line] of readFileSync(document, 'utf8').split('\n').entries()) {
    if (open) {
      if (line !== '```') {
        open.lines.push(line);
        continue;
      }
      const file = /`([\w./-]+\.\w+)`:?$/.exec(above)?.[1];
      const place = `${path.basename(document)}:${open.line}`;
      blocks.push({ words: open.words, text: open.lines.join('\n'), heading, file, place });
      open = undefined;
    } else if (line.startsWith('```'))
      open = { words: line.slice(3).split(/\s+/).filter(Boolean), lines: [], line: index + 1 };
    else {
      heading = /^##+ (.+)$/.exec(line)?.[1] ?? heading;
      above = line.trim() || above;
    }
  }
  if (open) throw new Error(`${document}:${open.line}: the block is never closed.`);
  return blocks;
}

/** Applies a block inside `folder`: a `diff` block changes its file, any other makes it. Throws when the diff does not fit, naming the place. */
export function applyBlock(folder: string, { words, text, file, place }: CodeBlock): void {
  if (file === undefined) throw new Error(`${place}: the line above the block does not name its file.`);
  const target = path.join(folder, file);
  if (words[0] !== 'diff') {
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, `${text}\n`);
    return;
  }
  const changed = text
    .split(/^@@.*\n/m)
    .reduce((content, hunk) => applyHunk(content, hunk, place), readFileSync(target, 'utf8'));
  writeFileSync(target, changed);
}

/** Lines begin with a blank (stays), + (new) or - (goes); those that stay or go must stand together in the file exactly once. */
function applyHunk(content: string, hunk: string, place: string): string {
  const lines = hunk.replace(/\n$/, '').split('\n');
  const side = (sign: string) => lines.filter((line) => line[0] !== sign).map((line) => `${line.slice(1)}\n`);
  const before = side('+').join('');
  const count = `\n${content}`.split(`\n${before}`).length - 1;
  if (count !== 1) throw new Error(`${place}: its old lines stand in the file ${count} times, not once:\n${before}`);
  const at = `\n${content}`.indexOf(`\n${before}`);
  return content.slice(0, at) + side('-').join('') + content.slice(at + before.length);
}
