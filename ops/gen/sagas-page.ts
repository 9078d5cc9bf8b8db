// The page of all sagas: what each does, its steps as a state diagram, its time-out, and by which signals it is steered.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workflowNames } from '../../workflows/names.ts';
import { diagramOf } from './sagas/diagram.ts';
import { readSaga, type SagaShape } from './sagas/read-saga.ts';

const workflows = fileURLToPath(new URL('../../workflows/', import.meta.url));

const introduction = `# Sagas

Derived from the workflows' source by \`npm run gen\`; do not edit.

A saga takes its steps in order, each one commit or one call. A step that can be taken back registers its undo before it runs. What it can't do after its retries makes
the saga **stuck**: it is shown (\`GET /v1/sagas?state=stuck\`, the search attribute \`SagaState\`, a metric and an alert), and waits for a signal, for its time-out, and
where the cause may pass by itself it looks again by itself. It ends in exactly one of \`completed\`, \`compensated\` (all undone) and \`failed\` (there was nothing to undo).

Signals of every saga: \`retry\` (the step again), \`skip\` (without it, where the step allows that; an undo always does), \`abort\` (undo everything). How to find one and
steer it, over HTTP, with \`temporal\` and with \`tctl\`: [the runbook](runbook.md#stuck-sagas).
`;

/** Every workflow as it is written, in the order of their names. */
export function allSagas(): SagaShape[] {
  return Object.values(workflowNames)
    .toSorted()
    .map((name) => readSaga(name, join(workflows, `${fileNameOf(name)}.ts`)));
}

/** The page as Markdown. */
export function sagasPage(): string {
  const all = allSagas();
  const sagas = all.filter(({ sagaType }) => sagaType !== null);
  const others = all.filter(({ sagaType }) => sagaType === null);
  const lines = others.map((one) => `| \`${one.workflow}\` | ${one.contract} | ${signalsIn(one)} |`);
  return [
    introduction,
    ...sagas.map(sectionOf),
    `## Other workflows\n\nThey have no steps to undo and no row among the sagas.\n\n| workflow | what it does | signals |\n| --- | --- | --- |\n${lines.join('\n')}\n`,
  ].join('\n');
}

const fileNameOf = (workflow: string): string => workflow.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const signalsIn = ({ signals }: SagaShape): string => signals.map((name) => `\`${name}\``).join(', ') || '–';

function sectionOf(saga: SagaShape): string {
  const { sagaType, workflow, contract, timeoutMs, steps, continuesAsNew } = saga;
  const facts = [
    `Workflow \`${workflow}\`.`,
    timeoutMs === null ? '' : `Time-out: ${durationOf(timeoutMs)}.`,
    saga.signals.length > 0 ? `Hears ${signalsIn(saga)}.` : '',
    continuesAsNew ? 'Continues as new when its history grows long.' : '',
  ].filter(Boolean);
  const rows = steps.map(
    ({ name, run, undo, condition, isFinal, canSkip }) =>
      `| \`${name}\` | \`${run}\` | ${undo ? `\`${undo}\`` : '–'} | ${[
        condition === null ? '' : `only if \`${condition.replaceAll('|', '\\|')}\``,
        canSkip ? 'can be skipped' : '',
        isFinal ? 'nothing stops it once it began' : '',
      ]
        .filter(Boolean)
        .join('; ')} |`,
  );
  return [
    `## ${sagaType}\n\n${contract}\n\n${facts.join(' ')}\n`,
    `\`\`\`mermaid\n${diagramOf(saga).join('\n')}\n\`\`\`\n`,
    ...(steps.length === 0 ? [] : [`| step | does | undo | |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`]),
    commandsOf(saga),
  ].join('\n');
}

/** Finds and steers sagas of this type; a signal that is not waited for now changes nothing. */
function commandsOf({ sagaType, steps, signals }: SagaShape): string {
  const canSkip = steps.some((one) => one.canSkip || one.undo !== null);
  const all = [
    'retry',
    ...(canSkip ? ['skip'] : []),
    'abort',
    ...(steps.length > 0 ? ['pause', 'resume'] : []),
    ...signals,
  ];
  const find = [
    `curl -sS --fail-with-body "$API_URL/v1/sagas?sagaType=${sagaType}&state=stuck" -H "Authorization: Bearer $API_KEY"`,
    `temporal workflow list --query 'SagaType="${sagaType}" AND SagaState="stuck"'`,
  ];
  const withTemporal = all.map((name) => `temporal workflow signal --workflow-id "$WORKFLOW_ID" --name ${name}`);
  const withTctl = all.map((name) => `tctl workflow signal --workflow_id "$WORKFLOW_ID" --name ${name}`);
  return `${block('sh tested', [...find, ...withTemporal])}\n${block('sh tctl', withTctl)}`;
}

const block = (words: string, lines: readonly string[]): string => `\`\`\`${words}\n${lines.join('\n')}\n\`\`\`\n`;

function durationOf(ms: number): string {
  for (const [unit, size] of [
    ['days', 86_400_000],
    ['hours', 3_600_000],
    ['minutes', 60_000],
    ['seconds', 1_000],
  ] as const)
    if (ms >= 2 * size) return `${Number((ms / size).toFixed(1))} ${unit}`;
  return `${ms} ms`;
}
