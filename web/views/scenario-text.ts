import type { Problem } from '../../sim/worker/protocol.ts';
import { button, html } from '../dom.ts';
import { type Dispose, effect } from '../signal.ts';
import type { Store } from '../store.ts';

/** The text is looked at when nobody has typed for so long. */
const PAUSE_MS = 300;

/** The scenario as text: look, change, paste, run. What is typed is never lost, whatever is wrong with it. */
export function mountScenarioText(element: HTMLDetailsElement, store: Store): Dispose {
  const text = html('textarea', { id: 'scenario-text', rows: 28, spellcheck: 'false', wrap: 'off', autocomplete: 'off', 'aria-label': 'Scenario text (YAML)', 'aria-describedby': 'scenario-problems' });
  const problems = html('div', { id: 'scenario-problems', class: 'problems', 'aria-live': 'polite' });
  const run = button({ class: 'run' }, 'Run this text', () => void store.runDraft());
  const restore = button({}, 'Undo my changes', () => store.draft.set(store.text.peek()));
  const bringBack = button({}, 'Bring back my other text', () => store.bringBackShelved());
  element.append(
    html('summary', {}, 'Scenario text'),
    html('div', { class: 'editor' }, text, html('div', { class: 'beside' }, html('p', { class: 'hint' }, 'YAML. Change it, or paste your own, and run it: both runs start again with it.'), html('div', { class: 'buttons' }, run, restore, bringBack), problems)),
  );
  text.addEventListener('input', () => store.draft.set(text.value));
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void store.runDraft();
  });

  let timer: ReturnType<typeof setTimeout> | undefined;
  const diagnose = async (draft: string): Promise<void> => {
    const found = await store.language.diagnose(draft);
    if (draft === store.draft.peek()) showProblems(problems, text, found);
  };
  const disposes = [
    effect(() => {
      const draft = store.draft();
      if (text.value !== draft) text.value = draft;
      restore.disabled = draft === store.text();
      clearTimeout(timer);
      if (draft !== '') timer = setTimeout(() => void diagnose(draft), PAUSE_MS);
    }),
    effect(() => {
      bringBack.hidden = store.shelved() === '';
    }),
    effect(() => {
      // Whoever sees that a text cannot be run wants to see it.
      if (store.problems().some(({ severity }) => severity === 'error')) {
        element.open = true;
        showProblems(problems, text, store.problems());
      }
    }),
    () => clearTimeout(timer),
  ];
  return () => disposes.forEach((dispose) => dispose());
}

function showProblems(element: HTMLElement, text: HTMLTextAreaElement, problems: readonly Problem[]): void {
  if (problems.length === 0) {
    element.replaceChildren(html('p', { class: 'fine' }, 'No mistakes found.'));
    return;
  }
  const items = problems.map(({ severity, message, line, column, from, to, suggestion, lint }) => {
    const place = button({ class: 'quiet' }, `line ${line}:${column}`, () => {
      text.focus();
      text.setSelectionRange(from, to);
    });
    const advice = suggestion === undefined ? '' : `. Did you mean "${suggestion}"?`;
    const rule = lint === undefined ? '' : ` (${lint.rule})`;
    return html('li', { 'data-severity': severity }, place, ` ${message}${rule}${advice}`);
  });
  const noun = problems.some(({ severity }) => severity === 'error') ? 'problem' : 'warning';
  element.replaceChildren(html('h3', {}, `${problems.length} ${noun}${problems.length === 1 ? '' : 's'}`), html('ul', {}, ...items));
}
