// The page on which an operator signs in, so that the Temporal UI may ask for payloads to be opened.
import type { Context } from 'hono';
import type { ApiEnv } from './api-deps.ts';

const style =
  'body{font:16px system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}input{width:100%;padding:.5rem;margin:.5rem 0}';

/** Answers with the page; `message` is one of our own constants. */
export function signInPage(c: Context<ApiEnv>, message: string, status: 200 | 401 = 200): Response {
  c.header(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  );
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in</title><style>${style}</style></head><body>
<h1>Show payloads in the Temporal UI</h1>
<p>Paste an API key that has the scope <code>codec</code>. Then set the UI's codec server to <code>/codec</code> of this address, with credentials.</p>
<form method="post" action="/codec/sign-in"><label>API key<input name="key" type="password" autocomplete="off" required></label>
<button>Sign in</button></form><p role="status">${message}</p></body></html>`;
  return c.html(page, status) as Response;
}
