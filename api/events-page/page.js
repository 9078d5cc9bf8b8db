// The page of events: search and filters, the keyboard, copying. Without it everything is there and can be read.
const form = document.querySelector('form');
const search = document.getElementById('search');
const aggregate = document.getElementById('aggregate');
const choices = [...form.querySelectorAll('input[type=checkbox]')];
const count = document.getElementById('count');
const entries = [...document.querySelectorAll('main details')].map((element) => ({
  element,
  text: element.textContent.toLowerCase(),
}));
const sections = [...document.querySelectorAll('main section')];

const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

function filter() {
  const words = wordsOf(search.value);
  const wanted = choices.filter((choice) => choice.checked).map((choice) => choice.name);
  let shown = 0;
  for (const { element, text } of entries) {
    const fits =
      words.every((word) => text.includes(word)) &&
      (aggregate.value === '' || element.dataset.aggregate === aggregate.value) &&
      wanted.every((name) => name in element.dataset);
    element.hidden = !fits;
    if (fits) shown += 1;
  }
  for (const section of sections) section.hidden = !section.querySelector('details:not([hidden])');
  count.textContent = shown === 1 ? '1 event' : `${shown} events`;
  remember(wanted);
}

function remember(wanted) {
  const query = new URLSearchParams();
  if (search.value) query.set('q', search.value);
  if (aggregate.value) query.set('aggregate', aggregate.value);
  for (const name of wanted) query.set(name, '1');
  const text = query.toString();
  history.replaceState(null, '', `${location.pathname}${text && `?${text}`}${location.hash}`);
}

function recall() {
  const query = new URLSearchParams(location.search);
  search.value = query.get('q') ?? '';
  aggregate.value = query.get('aggregate') ?? '';
  if (aggregate.selectedIndex < 0) aggregate.value = '';
  for (const choice of choices) choice.checked = query.has(choice.name);
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.tagName !== 'DETAILS') return;
  named.open = true;
  named.scrollIntoView();
}

const summaries = () =>
  entries.filter(({ element }) => !element.hidden).map(({ element }) => element.querySelector('summary'));

/** Moves among what is shown: from the search box down into it, up again at its top. */
function move(step) {
  const all = summaries();
  const next = all.indexOf(document.activeElement) + step;
  (next < 0 ? search : all[Math.min(next, all.length - 1)])?.focus();
}

async function copy(button) {
  const code = button.closest('figure').querySelector('code');
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = 'Copied';
  } catch {
    // Only pages of a safe origin may write to the clipboard: marked, it is one key away.
    getSelection().selectAllChildren(code);
    button.textContent = 'Marked: copy it now';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2_000);
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { activeElement } = document;
  const isIn = activeElement === search || activeElement?.tagName === 'SUMMARY';
  if (event.key === '/' && activeElement !== search) search.focus();
  else if (event.key === 'Escape' && activeElement === search) {
    search.value = '';
    filter();
  } else if (event.key === 'ArrowDown' && isIn) move(1);
  else if (event.key === 'ArrowUp' && activeElement?.tagName === 'SUMMARY') move(-1);
  else return;
  event.preventDefault();
});
document.addEventListener('click', (event) => {
  if (event.target.classList.contains('copy')) void copy(event.target);
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  // Best the one whose name has all of it.
  const words = wordsOf(search.value);
  const all = summaries();
  const best = all.find((one) => words.every((word) => one.parentElement.id.includes(word))) ?? all[0];
  if (!best) return;
  best.parentElement.open = true;
  best.focus();
});
form.addEventListener('input', filter);
window.addEventListener('hashchange', openNamed);

form.hidden = false;
recall();
filter();
openNamed();
