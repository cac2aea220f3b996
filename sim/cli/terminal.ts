import { fileRefusal } from './refusal.ts';
import { type Style, styleOf } from './style.ts';

const CLEAR_LINE = '\r\u001B[K';

/** Where a command writes, as `process` has it. */
export interface TerminalStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

/** The two streams of a command. A reader that goes away early (`| head -1`) is no error; a full disk is. */
export class Terminal {
  readonly style: Style;
  readonly errorStyle: Style;
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  #failure: unknown;

  constructor(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream, env: NodeJS.ProcessEnv) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.style = styleOf(stdout, env);
    this.errorStyle = styleOf(stderr, env);
    stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') this.#failure ??= fileRefusal('write', 'the output', error);
    });
    // There is nowhere left to report to.
    stderr.on('error', () => undefined);
  }

  /** Writes results. */
  out(text: string): void {
    if (this.#stdout.writable) this.#stdout.write(text);
  }

  /** Writes what is not a result: what went wrong, what to do. */
  err(text: string): void {
    this.#stderr.write(text);
  }

  /** Shows how far things are, in place; only where a person is watching. '' takes it away. */
  progress(text: string): void {
    if (this.#stderr.isTTY) this.#stderr.write(CLEAR_LINE + text.slice(0, (this.#stderr.columns || 80) - 1));
  }

  /** Waits until everything has been written.  @throws Refusal when results could not be written */
  async flush(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#stdout.writable) this.#stdout.write('', () => resolve());
      else resolve();
    });
    // The stream reports its error one turn after the write.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#failure !== undefined) throw this.#failure;
  }
}
