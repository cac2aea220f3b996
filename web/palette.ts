import type { Readable } from './signal.ts';

/** Colours that canvases need, by the name of their custom property in style/tokens.css. */
const NAMES = [
  'panel',
  'line',
  'edge',
  'ink',
  'muted',
  'faint',
  'flow',
  'ok',
  'degraded',
  'timeout',
  'short-circuited',
  'rejected',
  'shed',
  'failed',
  'wasted',
  'arm-a',
  'arm-b',
  'arm-c',
  'arm-d',
  'busy',
  'queue',
  'fault',
] as const;

export type ColourName = (typeof NAMES)[number];
/** Resolved colours, as a canvas takes them. */
export type Palette = Readonly<Record<ColourName, string>>;
export type PaletteSignal = Readable<Palette>;

/** Reads the colours that are in force now: of the theme, the system, or forced ones. */
export function readPalette(document: Document): Palette {
  const probe = document.createElement('span');
  probe.style.forcedColorAdjust = 'none';
  probe.hidden = true;
  document.body.append(probe);
  const colours = NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(colours) as Palette;
}

/** Colours of the arms, in their order. */
export const ARM_COLOURS: readonly ColourName[] = ['arm-a', 'arm-b', 'arm-c', 'arm-d'];
export const ARM_LETTERS: readonly string[] = ['A', 'B', 'C', 'D'];
