// Headers that keep browsers from doing anything with an answer but showing it to who asked.
import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from '../api-deps.ts';

/** Answers are private and of their declared type. Pages (docs, sign-in) set a Content-Security-Policy of their own. */
export const securityHeaders = createMiddleware<ApiEnv>(async (c, next) => {
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('X-Frame-Options', 'DENY');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  await next();
  const { headers } = c.res;
  if (!headers.has('Content-Security-Policy'))
    headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
});
