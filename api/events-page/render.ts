// The page's HTML: every event with all that is known of it, readable without script.
import { html } from 'hono/html';
import type { CatalogueEntry, CatalogueField } from '../event-catalogue.ts';

type Html = ReturnType<typeof html>;

/** The whole page. */
export function renderEventsPage(entries: readonly CatalogueEntry[]): Html {
  const aggregates = [...new Set(entries.map(({ aggregate }) => aggregate))];
  const intro = `${entries.length} events of ${aggregates.length} aggregates.`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Events</title>
<link rel="icon" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/events/page.css">
<script src="/events/page.js" type="module"></script>
</head>
<body>
<header>
<h1>Events</h1>
<p>${intro} <a href="/docs">HTTP API</a> · <a href="/asyncapi.json">AsyncAPI</a> · <a href="/events.json">this as JSON</a></p>
</header>
<form role="search" hidden>
<input id="search" type="search" aria-label="Search" placeholder="Search ( / ): name, field, command, consumer" autocomplete="off" spellcheck="false">
<select id="aggregate" aria-label="Aggregate"><option value="">all aggregates</option>${aggregates.map((name) => html`<option>${name}</option>`)}</select>
<label><input type="checkbox" name="webhook"> goes to webhooks</label>
<label><input type="checkbox" name="personal"> personal data</label>
<label><input type="checkbox" name="deprecated"> deprecated versions</label>
<output id="count" aria-live="polite"></output>
</form>
<main>${aggregates.map((name) => section(name, entries))}</main>
</body>
</html>
`;
}

function section(name: string, entries: readonly CatalogueEntry[]): Html {
  return html`
<section aria-labelledby="of-${name}"><h2 id="of-${name}">${name}</h2>${entries
    .filter(({ aggregate }) => aggregate === name)
    .map(details)}
</section>`;
}

function details(entry: CatalogueEntry): Html {
  const { type, aggregate, summary, version, fields, webhooks, example } = entry;
  const isPersonal = fields.some(({ personal }) => personal);
  const isOld = version > 1;
  const marks = html`${webhooks.length > 0 ? html` data-webhook` : ''}${isPersonal ? html` data-personal` : ''}${isOld ? html` data-deprecated` : ''}`;
  return html`
<details id="${type}" data-aggregate="${aggregate}"${marks}>
<summary><code>${type}</code> <span class="quiet">v${version}</span> <span>${summary}</span></summary>
<div class="body">
<div class="wide"><table><thead><tr><th scope="col">field</th><th scope="col">type</th><th scope="col"></th></tr></thead><tbody>${fields.map(fieldRow)}</tbody></table></div>
<dl>${facts(entry)}</dl>
<figure><figcaption>Example <button type="button" class="copy">Copy</button></figcaption><pre><code>${JSON.stringify(example, null, 2)}</code></pre></figure>
</div>
</details>`;
}

function fieldRow({ name, type, optional, personal }: CatalogueField): Html {
  const mark = personal ? html`<span class="personal">personal: sealed</span>` : '';
  return html`<tr><td><code>${name}</code></td><td><code>${type}</code></td><td>${optional ? html`<span class="quiet">optional</span> ` : ''}${mark}</td></tr>`;
}

function facts({ webhooks, timeline, producers, consumers, versions, version }: CatalogueEntry): Html {
  const named = (names: readonly string[]): Html =>
    html`${names.map((name, index) => html`${index > 0 ? ', ' : ''}<code>${name}</code>`)}`;
  const list = (items: readonly Html[]): Html => html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
  const none = (text: string): Html => html`<span class="quiet">${text}</span>`;
  return html`
<dt>webhook</dt><dd>${webhooks.length > 0 ? named(webhooks) : none('none: it stays inside')}</dd>
<dt>timeline</dt><dd>${timeline ?? none('not shown')}</dd>
<dt>caused by</dt><dd>${list(producers.map(({ command, by }) => html`<code>${command}</code> <span class="quiet">${by}</span>`))}</dd>
<dt>taken by</dt><dd>${
    consumers.length > 0
      ? list(
          consumers.map(
            (one) =>
              html`<code>${one.name}</code> <span class="quiet">v${one.version}, ${one.ordered ? 'in order' : 'in any order'}</span>`,
          ),
        )
      : none('no consumer here')
  }</dd>
<dt>versions</dt><dd>${list(versions.toReversed().map((one) => versionLine(one, version)))}</dd>`;
}

function versionLine({ version, deprecated, untold }: CatalogueEntry['versions'][number], current: number): Html {
  if (!deprecated) return html`v${version}${version === current ? html` <span class="quiet">current</span>` : ''}`;
  const told = untold === null ? html`told until ${deprecated.until}` : html`not told any more: ${untold}`;
  return html`v${version} <span class="deprecated">deprecated since ${deprecated.since}</span>, ${told}. <span class="quiet">${deprecated.why}.</span>`;
}
