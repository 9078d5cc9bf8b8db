// A refusal of the API as an error that can be caught: problem+json, RFC 9457.
import type { Problem } from './api-types.ts';

/** What the API answered with instead of what was asked for. `code` is stable; `rule` names the rule that forbids it, `errors` the fields to change. */
export class ApiProblem extends Error {
  override name = 'ApiProblem';
  readonly status: number;
  /** `unknown`: something between here and the API answered. */
  readonly code: Problem['code'] | 'unknown';
  readonly rule: string | undefined;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  /** To be told when asking for help. */
  readonly requestId: string | undefined;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? `The answer is ${status}, and no problem+json.`);
    this.status = status;
    this.code = problem.code ?? 'unknown';
    this.rule = problem.rule;
    this.errors = problem.errors ?? [];
    this.requestId = problem.requestId;
  }
}

/** Reads it out of an answer. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  const text = await response.text();
  return new ApiProblem(response.status, isProblem ? (JSON.parse(text) as Problem) : {});
}
