// The stage `file rules`: sizes, opening comments, and what only certain files may do (ops/checks/source-rules.ts).
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { sizesOf, sourceRuleBreaches } from './checks/source-rules.ts';
import { trackedFiles } from './checks/tracked-files.ts';
import { projectDir } from './stack/paths.ts';

const textual = /\.(ts|mjs|cjs|json|md|sql|ya?ml|txt|sh)$|^[^.]*$|\.example$/;
const generated = /^package-lock\.json$|^client\/api-types\.ts$|^test\/fixtures\/|^test\/workflows\/histories\//;

const files = (await trackedFiles())
  .filter((name) => textual.test(path.basename(name)) && !generated.test(name))
  .filter((name) => statSync(path.join(projectDir, name), { throwIfNoEntry: false })?.isFile())
  .map((name) => ({ path: name, text: readFileSync(path.join(projectDir, name), 'utf8') }));
const breaches = sourceRuleBreaches(files);
for (const breach of breaches) console.error(breach);
const { median, ninthOfTen, most } = sizesOf(files.filter(({ path: name }) => name.endsWith('.ts')));
console.log(`lines of a file: median ${median}, nine of ten under ${ninthOfTen + 1}, most ${most}`);
process.exitCode = breaches.length > 0 ? 1 : 0;
