// /openapi.json and /docs: the document, and a page to read and try it. Everything is served from here: no script of a CDN.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './api-deps.ts';

const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const start = `window.addEventListener('load', () => {
  window.SwaggerUIBundle({
    url: '/openapi.json', dom_id: '#docs', deepLinking: true, persistAuthorization: false, validatorUrl: null, tryItOutEnabled: true,
    requestInterceptor(request) {
      const writes = request.method !== 'GET';
      if (writes && !request.headers['Idempotency-Key']) request.headers['Idempotency-Key'] = crypto.randomUUID();
      return request;
    },
  });
});
`;

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<link rel="icon" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body><div id="docs"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/** Mounts document and page. */
export function mountDocs(app: OpenAPIHono<ApiEnv>, document: object): void {
  const text = JSON.stringify(document);
  app.get('/openapi.json', (c) => c.body(text, 200, { 'content-type': 'application/json' }));
  app.get('/docs', (c) => {
    c.header('Content-Security-Policy', policy);
    return c.html(page);
  });
  app.get('/docs/start.js', (c) => c.body(start, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  for (const [name, type] of Object.entries(files)) {
    let content: Uint8Array<ArrayBuffer> | undefined;
    app.get(`/docs/${name}`, (c) => {
      content ??= new Uint8Array(readFileSync(path.join(folder(), name)));
      return c.body(content, 200, { 'content-type': type, 'cache-control': 'public, max-age=3600' });
    });
  }
}

const folder = (): string => path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
