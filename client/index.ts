// The TypeScript client of the HTTP API, for integrators. It stands alone: it needs this folder, openapi-fetch and eventsource-parser.
import type { paths, schemas } from './api-types.ts';

export { ApiProblem } from './api-problem.ts';
export { type ApiClient, type ClientOptions, createClient, dataOf } from './create-client.ts';
export { each } from './each.ts';
export { type Followed, followTimeline } from './follow-timeline.ts';
export type { paths, schemas };
