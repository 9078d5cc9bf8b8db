// The OpenAPI 3.1 document, derived from the routes alone: no process and no database needed.
import { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './api-deps.ts';
import { mount } from './define-route.ts';
import { documentWebhook } from './document-webhook.ts';
import { webhookEvents, webhookEventsTag, webhookParameters } from './document-webhook-events.ts';
import { mountOpen } from './open-route.ts';
import { registerRefusals } from './problem-responses.ts';
import { openRoutes, resources } from './resources/index.ts';
import { responseHeaders } from './response-headers.ts';

/** Builds the document. Its routes are those of the running API. */
export function openApiDocument(): object {
  const app = new OpenAPIHono<ApiEnv>();
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key of the tenant, as `POST /v1/api-keys` or `npm start` gave it.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'agentToken', {
    type: 'http',
    scheme: 'bearer',
    description:
      'An agent’s token, as `POST /v1/sign-in` gives it; it lasts 15 minutes and carries the agent’s permissions of the moment.',
  });
  for (const [name, header] of Object.entries(responseHeaders))
    app.openAPIRegistry.registerComponent('headers', name, header);
  registerRefusals(app.openAPIRegistry);
  documentWebhook(app.openAPIRegistry);
  for (const route of openRoutes) mountOpen(app, route);
  for (const route of resources) mount(app, route);
  const { components, ...document } = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Messaging sagas',
      version: '1',
      description:
        'Everything a messaging CRM does over HTTP. Lists are paged by `cursor`; every writing call takes an `Idempotency-Key`; reads carry an `ETag` that writes take as `If-Match`; errors are problem+json and say what to change. What happens is told as events: `/events` lists them, `/asyncapi.json` describes them for the broker.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set([...openRoutes, ...resources].map(({ tag }) => tag)), webhookEventsTag].map((name) => ({ name })),
  });
  return { ...document, webhooks: webhookEvents(), components: { ...components, parameters: webhookParameters } };
}
