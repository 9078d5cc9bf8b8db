// `npm run new event|command|aggregate|consumer|saga <name>`: writes a new one in the house's form, with its tests and its lines in all lists. Asks nothing.
import { formatFiles } from './new/format-files.ts';
import { scaffold } from './new/scaffold.ts';
import { Refusal } from './new/words.ts';
import { projectDir } from './stack/paths.ts';

try {
  const { draft, left, isDry } = scaffold(projectDir, process.argv.slice(2));
  if (!isDry) {
    draft.write();
    const files = draft.files().map(({ file }) => file);
    await formatFiles(projectDir, files);
  }
  for (const { file, isNew } of draft.files()) {
    console.log(`${isNew ? '+' : '~'} ${file}`);
    if (isDry)
      console.log(
        draft
          .added(file)
          .map((line) => `    ${line}`)
          .join('\n'),
      );
  }
  console.log(isDry ? '\nNothing was written: this was --dry-run.' : '\nNow: npm run gen, npx tsc -p ., npm run check');
  console.log(`Left to do by hand:\n${left.map((line) => `- ${line}`).join('\n')}`);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
