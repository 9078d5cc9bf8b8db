// What tests ask of the API's answers.
import assert from 'node:assert/strict';
import type { Json, TestAnswer } from './api.ts';

/** The body of an answer that has to be a success. */
export async function done(answer: Promise<TestAnswer>): Promise<Json> {
  const { status, json } = await answer;
  assert.ok(status < 300, `${status} ${JSON.stringify(json)}`);
  return json;
}

/** That it was refused, with this status, by this rule or for this code. */
export function refused({ status, json }: TestAnswer, expected: number, ruleOrCode: string): void {
  assert.deepEqual([status, json['rule'] ?? json['code']], [expected, ruleOrCode]);
}

/** The ids of a page. */
export const idsOf = ({ data }: Json): unknown[] => data.map(({ id }) => id);
