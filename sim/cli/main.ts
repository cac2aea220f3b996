import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { Command as Program, CommanderError } from 'commander';
import type { Surroundings } from './commands/command.ts';
import { commands } from './commands/registry.ts';
import { ExitCode } from './exit-code.ts';
import { Refusal } from './refusal.ts';
import { Terminal, type TerminalStreams } from './terminal.ts';

/**
 * The command line `faultline`.
 * @param args what follows the name of the command   @param surroundings streams and environment
 * @returns what the process is to end with, see `ExitCode`
 */
export async function main(args: readonly string[], { stdout, stderr, env }: TerminalStreams = process): Promise<number> {
  const terminal = new Terminal(stdout, stderr, env);
  const interruption = new AbortController();
  const interrupt = () => {
    // Whoever interrupts twice does not want to wait for what has been finished.
    if (interruption.signal.aborted) process.exit(ExitCode.interrupted);
    interruption.abort();
  };
  process.on('SIGINT', interrupt);
  let code: ExitCode = ExitCode.ok;
  const program = programOf({ terminal, signal: interruption.signal, end: (ended) => (code = ended) });
  try {
    await program.parseAsync(args, { from: 'user' });
    await terminal.flush();
  } catch (error) {
    code = explain(error, terminal);
  } finally {
    process.off('SIGINT', interrupt);
  }
  return code;
}

function programOf(surroundings: Surroundings): Program {
  const { terminal } = surroundings;
  const program = new Program('faultline')
    .description('Simulates how distributed systems fail, and what resilience patterns change about it.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('--help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', '\nExit codes: 0 all expectations hold, 1 an expectation failed or a run used up\nits budget of events, 2 the input is wrong, 3 the simulator broke one of its own\nrules, 130 interrupted.')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) });
  for (const command of commands) command.addTo(program, surroundings);
  return program;
}

/** Says what went wrong, once.  @returns the exit code */
function explain(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.wrongInput;
  if (error instanceof Refusal) {
    terminal.err(`faultline: ${error.message}\n`);
    return ExitCode.wrongInput;
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.err(`faultline: this is a mistake of the simulator, not yours. Please report it with the scenario and this text:\n${what}\n`);
  return ExitCode.ourMistake;
}

function packageVersion(): string {
  // Seen from the sources, or else from dist.
  const places = ['../../package.json', '../../../package.json'].map((path) => new URL(path, import.meta.url));
  const manifest = JSON.parse(readFileSync(places.find((place) => existsSync(place))!, 'utf8')) as { version: string };
  return manifest.version;
}
