// The gateway's webhook in the document: it is mounted by hand, because its body is verified to the byte before anything parses it.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ApiEnv } from './api-deps.ts';
import { jsonOf, problem } from './define-route.ts';
import { uuid } from './schemas/common.ts';

/** Registers its entry. */
export function documentWebhook(registry: OpenAPIHono<ApiEnv>['openAPIRegistry']): void {
  registry.registerPath({
    method: 'post',
    path: '/v1/webhooks/waha/{channelId}',
    operationId: 'takeWahaWebhook',
    tags: ['webhooks'],
    summary: "Takes a WAHA gateway's event",
    description:
      'For the gateway alone: signed with HMAC-SHA512 over the raw body by the channel’s secret. 2xx means that the event is stored.',
    request: {
      params: z.object({ channelId: uuid }),
      headers: z.object({
        'X-Webhook-Hmac': z.string().openapi({ description: 'Lower-case hex of the HMAC.' }),
        'X-Webhook-Hmac-Algorithm': z.literal('sha512').optional(),
      }),
      body: {
        required: true,
        content: {
          'application/json': {
            schema: z.looseObject({ event: z.string() }),
            example: {
              event: 'message',
              session: 'default',
              payload: {
                id: 'false_5511999990001@c.us_3EB0EXAMPLE1',
                from: '5511999990001@c.us',
                body: 'Good morning!',
              },
            },
          },
        },
      },
    },
    responses: {
      200: {
        description: 'Stored, now or before.',
        content: jsonOf(z.object({ id: uuid, status: z.enum(['stored', 'ignored']) }), 'webhooks'),
      },
      400: problem('Not JSON, or a malformed channel id.'),
      401: problem('The signature is missing or wrong.'),
      404: problem('There is no such channel.'),
      408: problem('The body came too slowly.'),
      413: problem('The body is larger than 1 MiB.'),
      503: problem('It could not be stored: send it again.', 'Retry-After'),
    },
  });
}
