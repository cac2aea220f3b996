/** Small makers of elements. Text always goes in as text: what a scenario says can never become markup. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string;

/** An HTML element. An attribute that is `true` is set without a value, one that is `false` or undefined is left out. */
export function html<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: readonly Child[]): SVGElementTagNameMap[K] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children);
  return element;
}

/** A push button. */
export function button(attributes: Attributes, label: Child, onClick: () => void): HTMLButtonElement {
  const made = html('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', onClick);
  return made;
}

/** Replaces the options of a select where they differ, keeping the element and its focus. */
export function setOptions(select: HTMLSelectElement, options: readonly { readonly value: string; readonly text: string }[], chosen: string): void {
  const present = [...select.options].map(({ value, text }) => `${value}\n${text}`).join('\n\n');
  if (present !== options.map(({ value, text }) => `${value}\n${text}`).join('\n\n')) {
    select.replaceChildren(...options.map(({ value, text }) => html('option', { value }, text)));
  }
  select.value = chosen;
}

/** Sets text only when it differs: changing a text node makes the browser lay out again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
