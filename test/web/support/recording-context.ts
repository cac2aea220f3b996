/** A 2D context that draws nothing and remembers every call. */
export interface DrawCall {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly fillStyle: unknown;
  readonly strokeStyle: unknown;
}

const CHARACTER_WIDTH = 6;

export function recordingContext(): { readonly context: CanvasRenderingContext2D; readonly calls: DrawCall[] } {
  const calls: DrawCall[] = [];
  const state: Record<string, unknown> = {};
  const context = new Proxy(state, {
    get: (_, name: string) => {
      if (name === 'measureText') return (text: string) => ({ width: text.length * CHARACTER_WIDTH });
      if (name in state) return state[name];
      return (...args: unknown[]) => void calls.push({ name, args, fillStyle: state.fillStyle, strokeStyle: state.strokeStyle });
    },
    set: (_, name: string, value) => {
      state[name] = value;
      return true;
    },
  });
  return { context: context as unknown as CanvasRenderingContext2D, calls };
}
