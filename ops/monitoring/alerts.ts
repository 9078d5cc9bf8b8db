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
const rulesFile = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), interval: z.literal('1s').optional(), rules: z.array(rule) })),
});
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

/** The files of unit tests; the second has the alerts that fire within seconds. */
export const alertTestFiles = ['alerts.test.yml', 'alerts-at-once.test.yml'] as const;

/** The unit tests: the series they feed in, and what they ask. */
export function alertTests(): z.infer<typeof testsFile>['tests'] {
  return alertTestFiles.flatMap((file) => testsFile.parse(read(file)).tests);
}

/** So long it takes at most, in seconds, until a rule has seen what a process of the job shows: one scrape and one evaluation. */
export function secondsToSee(alert: string, job: string): number {
  const group = rulesFile
    .parse(read('alerts.yml'))
    .groups.find(({ rules }) => rules.some((one) => one.alert === alert));
  const scrape = scrapeJobs().find((one) => one.job === job)?.every;
  return seconds(scrape ?? 'never') + seconds(group?.interval ?? evaluationInterval());
}

const seconds = (text: string): number => Number(/^(\d+)s$/.exec(text)?.[1] ?? Number.POSITIVE_INFINITY);
const evaluationInterval = (): string =>
  z.looseObject({ global: z.looseObject({ evaluation_interval: z.string() }) }).parse(read('prometheus.yml')).global
    .evaluation_interval;

/** A YAML file's jobs and addresses, and how often each is asked. */
export function scrapeJobs(): { readonly job: string; readonly every: string; readonly targets: readonly string[] }[] {
  const config = z
    .looseObject({
      global: z.looseObject({ scrape_interval: z.string() }),
      scrape_configs: z.array(
        z.looseObject({
          job_name: z.string(),
          scrape_interval: z.string().optional(),
          static_configs: z.array(z.strictObject({ targets: z.array(z.string()) })),
        }),
      ),
    })
    .parse(read('prometheus.yml'));
  return config.scrape_configs.map(({ job_name, scrape_interval, static_configs }) => ({
    job: job_name,
    every: scrape_interval ?? config.global.scrape_interval,
    targets: static_configs.flatMap(({ targets }) => targets),
  }));
}
