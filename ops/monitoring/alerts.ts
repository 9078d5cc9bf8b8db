// Reads the alert rules and their unit tests, for whoever checks them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { projectDir } from '../stack/paths.ts';

const rule = z.strictObject({
  alert: z.string().regex(/^[A-Z][A-Za-z]+$/),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+[sm]$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook: z.string() }),
});
const rulesFile = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })) });
const testsFile = z.looseObject({
  tests: z.array(
    z.looseObject({
      input_series: z.array(z.strictObject({ series: z.string(), values: z.string() })),
      promql_expr_test: z
        .array(z.looseObject({ expr: z.string(), exp_samples: z.array(z.looseObject({})) }))
        .default([]),
    }),
  ),
});

/** One alert. */
export type AlertRule = z.infer<typeof rule>;

/** A file of this folder, by its path from the project's folder. */
export const inMonitoring = (file: string): string => path.join(projectDir, 'ops/monitoring', file);

const read = (file: string): unknown => parse(readFileSync(inMonitoring(file), 'utf8'));

/** All alerts. Throws when a field is missing, wrong or unknown. */
export function alertRules(): AlertRule[] {
  return rulesFile.parse(read('alerts.yml')).groups.flatMap(({ rules }) => rules);
}

/** The unit tests: the series they feed in, and what they ask. */
export function alertTests(): z.infer<typeof testsFile>['tests'] {
  return testsFile.parse(read('alerts.test.yml')).tests;
}

/** A YAML file's jobs and addresses. */
export function scrapeJobs(): { readonly job: string; readonly targets: readonly string[] }[] {
  const config = z
    .looseObject({
      scrape_configs: z.array(
        z.looseObject({
          job_name: z.string(),
          static_configs: z.array(z.strictObject({ targets: z.array(z.string()) })),
        }),
      ),
    })
    .parse(read('prometheus.yml'));
  return config.scrape_configs.map(({ job_name, static_configs }) => ({
    job: job_name,
    targets: static_configs.flatMap(({ targets }) => targets),
  }));
}
