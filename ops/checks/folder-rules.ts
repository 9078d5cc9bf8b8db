// Runs the rules of .dependency-cruiser.cjs and answers what breaks them. `import type` is let pass where a rule is about run time only.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { projectDir } from '../stack/paths.ts';
import { importStatements } from './imports.ts';

/** The folders that the rules are about. */
export const ruledFolders = [
  ...['domain', 'db', 'workflows', 'activities', 'intake', 'workers', 'api'],
  ...['integrations', 'platform', 'temporal-config', 'ops', 'test'],
];

type Configuration = { forbidden: IForbiddenRuleType[]; options: ICruiseOptions & { enhancedResolveOptions: object } };
type Violation = ICruiseResult['summary']['violations'][number];

/** One line for each breach: the rule, the two files and the reason. `baseDir` is the project's folder, or a copy in a test. */
export async function folderRuleBreaches(folders: readonly string[], baseDir: string = projectDir): Promise<string[]> {
  const load = createRequire(import.meta.url);
  const { forbidden, options } = load(path.join(projectDir, '.dependency-cruiser.cjs')) as Configuration;
  const { enhancedResolveOptions, ...cruiseOptions } = options;
  const { output } = await cruise(
    [...folders],
    { ...cruiseOptions, baseDir, validate: true, ruleSet: { forbidden } },
    enhancedResolveOptions,
  );
  const result = output as ICruiseResult;
  const breaches = result.summary.violations.filter((violation) => !isPardoned(violation, baseDir));
  return [...breaches.map((breach) => describe(breach, forbidden)), ...unseenImports(result, baseDir)];
}

function isPardoned(violation: Violation, baseDir: string): boolean {
  if (!violation.rule.name.endsWith('-at-run-time')) return false;
  const chain = [violation.from, ...(violation.cycle?.map(({ name }) => name) ?? [violation.to])];
  // A cycle through one type-only import is none at run time.
  return chain.some((file, index) => {
    const next = chain[index + 1];
    return next !== undefined && isTypeOnly(file, next, baseDir);
  });
}

/** Whether every import of `target` in `file` is an `import type`; the text tells, since types must be imported as such. */
function isTypeOnly(file: string, target: string, baseDir: string): boolean {
  const statements = importStatements(readFileSync(path.join(baseDir, file), 'utf8'));
  const ofTarget = statements.filter(({ specifier }) => isSame(specifier, file, target));
  return ofTarget.length > 0 && ofTarget.every(({ typeOnly }) => typeOnly);
}

/** What is not ours, and templates: the imports in their texts are those of the files that they make. */
const notRead = /^node_modules\/|^ops\/new\/templates\//;

/** Imports of our own files that the text has and the cruise lacks: the rules would be blind to them. */
function unseenImports({ modules }: ICruiseResult, baseDir: string): string[] {
  const own = modules.filter(({ source }) => source.endsWith('.ts') && !notRead.test(source));
  return own.flatMap(({ source, dependencies }) => {
    if (!existsSync(path.join(baseDir, source))) return [];
    const seen = new Set(dependencies.map(({ module }) => module));
    return importStatements(readFileSync(path.join(baseDir, source), 'utf8'))
      .filter(({ specifier }) => specifier.startsWith('.') && !seen.has(specifier))
      .map(({ specifier }) => `not-seen: ${source} imports ${specifier}, which dependency-cruiser did not read`);
  });
}

function isSame(specifier: string, file: string, target: string): boolean {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier) === target;
  return (
    target === specifier ||
    target.startsWith(`node_modules/${specifier}/`) ||
    target.startsWith(`node_modules/@types/${specifier}/`)
  );
}

function describe({ rule, from, to, cycle }: Violation, rules: readonly IForbiddenRuleType[]): string {
  const way = cycle ? [from, ...cycle.map(({ name }) => name)].join(' → ') : `${from} → ${to}`;
  return `${rule.name}: ${way}\n    ${rules.find(({ name }) => name === rule.name)?.comment ?? ''}`;
}
