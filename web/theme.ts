/** The choice of colours, and where the browser keeps it between visits, if it lets a page keep anything. */

export type Theme = 'auto' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];

const KEY = 'faultline-theme';

/** What was chosen at the last visit; undefined when nothing was, or nothing can be kept. */
export function keptTheme(): Theme | undefined {
  try {
    const kept = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === kept);
  } catch {
    return undefined;
  }
}

export function keepTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Without storage the page follows the system at every visit.
  }
}
