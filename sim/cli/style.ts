import { styleText } from 'node:util';

/** How text may be drawn where it is going to be read. */
export interface Style {
  /** Whether more than ASCII can be shown. */
  readonly unicode: boolean;
  /** Marks text as good, bad, strong or dim, where colour is wanted; otherwise leaves it as it is. */
  readonly paint: (as: Tone, text: string) => string;
}

export type Tone = 'good' | 'bad' | 'strong' | 'dim';

const FORMATS = { good: 'green', bad: 'red', strong: 'bold', dim: 'dim' } as const;

/** For files, and for whoever reads a pipe. */
export const PLAIN: Style = { unicode: true, paint: (_as, text) => text };

/** For a stream: colour on a terminal unless NO_COLOR says otherwise (or where FORCE_COLOR asks for it), ASCII where that is all there is. */
export function styleOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Style {
  return {
    unicode: showsUnicode(env),
    paint: (as, text) => styleText(FORMATS[as], text, { stream, validateStream: true }),
  };
}

/** By the locale, as POSIX orders its variables. Without any, the "C" locale holds, which is ASCII. */
function showsUnicode(env: NodeJS.ProcessEnv): boolean {
  if (env.TERM === 'dumb' || env.TERM === 'linux') return false;
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || (process.platform === 'linux' ? '' : 'UTF-8');
  return /utf-?8/i.test(locale);
}
