// The house rules that the text of a file tells: sizes, the opening comment, who may read the environment or begin a transaction.

/** A file as the rules see it. */
export type SourceFile = { path: string; text: string };

type TextRule = { pattern: RegExp; allowed: RegExp; reason: string };

const textRules: readonly TextRule[] = [
  {
    pattern: /process\.env\b/,
    allowed: /^platform\/config\.ts$|^ops\/|^test\/|\.test\.ts$/,
    reason: 'only platform/config.ts reads the environment, so that one place says which variable is wrong',
  },
  {
    pattern: /['"`]\s*begin\b(?! ?\()/i,
    // The migration runner has no tenant and works before any role exists.
    allowed: /^db\/(transaction|migrate)\.ts$|^ops\/|^test\/|\.test\.ts$/,
    reason: 'only db/transaction.ts begins a transaction, since it sets the tenant in it',
  },
  {
    pattern: /from ['"]undici['"]|\bnew Agent\(/,
    allowed: /^platform\/http\/|^integrations\/|^ops\/|^test\/|\.test\.ts$/,
    reason: "only platform/http/ and the integrations' clients call out: customers' URLs need the address filter",
  },
  {
    // Put together here so that it doesn't find itself.
    pattern: /AbortSignal\.any\(/,
    allowed: /^ops\/|^test\/|\.test\.ts$/,
    reason:
      'platform/pause.ts and platform/until-any.ts wait for several signals: any() leaves something on each for as long as it lives',
  },
];

const largest = 400;
const large = 200;
const typical = 65;

/** One line for each breach. */
export function sourceRuleBreaches(files: readonly SourceFile[]): string[] {
  const code = files.filter(({ path }) => path.endsWith('.ts'));
  return [
    ...sizeBreaches(code),
    ...code
      .filter(({ text }) => !/^\/\//.test(text))
      .map(({ path }) => `${path}: its first line is not a comment that says its contract`),
    ...code.flatMap(textBreaches),
    ...files.flatMap(machinePaths),
  ];
}

/** How many lines files have: the median, the ninth of ten, the most. */
export function sizesOf(files: readonly SourceFile[]): { median: number; ninthOfTen: number; most: number } {
  const lines = files.map(countLines).sort((one, other) => one - other);
  const at = (share: number) => lines[Math.min(lines.length - 1, Math.floor(lines.length * share))] ?? 0;
  return { median: at(0.5), ninthOfTen: at(0.9), most: lines.at(-1) ?? 0 };
}

function sizeBreaches(code: readonly SourceFile[]): string[] {
  const { median, ninthOfTen } = sizesOf(code);
  return [
    ...code
      .filter((file) => countLines(file) > largest)
      .map((file) => `${file.path}: ${countLines(file)} lines; none may have more than ${largest}`),
    ...(ninthOfTen >= large ? [`nine of ten files must have under ${large} lines; the ninth has ${ninthOfTen}`] : []),
    ...(median > typical ? [`half of the files should have at most ${typical} lines; the median is ${median}`] : []),
  ];
}

function textBreaches({ path, text }: SourceFile): string[] {
  return textRules
    .filter(({ pattern, allowed }) => !allowed.test(path) && pattern.test(text))
    .map(({ reason }) => `${path}: ${reason}`);
}

/** Paths that exist on one machine only. The pattern is put together here so that it doesn't find itself. */
function machinePaths({ path, text }: SourceFile): string[] {
  const places = ['home', 'Users', 'root', 'work'].join('|');
  const pattern = new RegExp(`(?:^|[\\s"'\`(=:])/(?:${places})/[\\w.-]+`, 'm');
  const found = pattern.exec(text)?.[0].trim();
  return found ? [`${path}: ${found} is a path of one machine`] : [];
}

function countLines({ text }: SourceFile): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
