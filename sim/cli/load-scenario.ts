import { open } from 'node:fs/promises';
import type { Problem } from '../catalogue/problem.ts';
import { overrideDocument } from '../scenario/override.ts';
import { parseScenario } from '../scenario/parse.ts';
import type { Parsed, ParsedWell, Scenario, ScenarioDocument } from '../scenario/scenario.ts';
import { problemText } from './problem-text.ts';
import { fileRefusal, Refusal, unknownName } from './refusal.ts';

/** A scenario file, read and found right. */
export interface LoadedScenario {
  readonly file: string;
  readonly text: string;
  readonly document: ScenarioDocument;
  readonly warnings: readonly Problem[];
}

/** More is no scenario. Reading stops there, whatever the file says of its size. */
const BYTES_MAX = 10_000_000;

/**
 * Reads a scenario with what the command line sets in it.
 * @param settings each `path=value`; problems in them have the path of the setting and no place in the text
 */
export function loadText(text: string, settings: readonly string[]): Parsed {
  const parsed = parseScenario(text);
  return parsed.ok ? withSettings(parsed, settings) : parsed;
}

function withSettings(parsed: ParsedWell, settings: readonly string[]): Parsed {
  if (settings.length === 0) return parsed;
  const split = settings.map((setting) => {
    const equals = setting.indexOf('=');
    return { path: setting.slice(0, equals), value: setting.slice(equals + 1) };
  });
  return overrideDocument(parsed, { settings: split, switches: {} });
}

/**
 * Reads scenario files.
 * @throws Refusal that lists every problem of every file
 */
export async function loadFiles(files: readonly string[], settings: readonly string[]): Promise<readonly LoadedScenario[]> {
  const texts = await Promise.all(files.map(readText));
  const complaints: string[] = [];
  const loaded: LoadedScenario[] = [];
  for (const [at, file] of files.entries()) {
    const text = texts[at]!;
    const written = parseScenario(text);
    const parsed = written.ok ? withSettings(written, settings) : written;
    if (parsed.ok) loaded.push({ file, text, document: parsed.document, warnings: parsed.warnings });
    else complaints.push(complaintOf(file, parsed.problems, written.ok));
  }
  if (complaints.length > 0) throw new Refusal(complaints.join('\n'));
  return loaded;
}

/** The scenario that a variant is.  @throws Refusal when there is no such variant */
export function variantOf({ file, document: { variants } }: LoadedScenario, name: string): Scenario {
  const found = variants.find((variant) => variant.name === name);
  if (found !== undefined) return found.scenario;
  const known = variants.map((variant) => variant.name);
  throw unknownName(`${file} has no variant "${name}"; it has ${known.join(', ')}.`, name, known);
}

/** @param isOfSettings the problems are in what the command line sets, not in the file */
function complaintOf(file: string, problems: readonly Problem[], isOfSettings: boolean): string {
  const lines = problems.map((problem) => {
    const place = isOfSettings ? `--set ${problem.path}` : `${file}:${problem.line}:${problem.column}`;
    return `  ${place}: ${problemText(problem)}`;
  });
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return [isOfSettings ? `${count} with --set in ${file}:` : `${file} has ${count}:`, ...lines].join('\n');
}

async function readText(file: string): Promise<string> {
  const bytes = await readBytes(file).catch((error: unknown) => {
    throw error instanceof Refusal ? error : fileRefusal('read', file, error);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(`cannot read ${file}: it is not text in UTF-8; save it as such, or name another file`);
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of handle.createReadStream({ end: BYTES_MAX })) {
      chunks.push(chunk as Buffer);
      total += (chunk as Buffer).length;
    }
    if (total > BYTES_MAX) throw new Refusal(`cannot read ${file}: it is larger than 10 MB; a scenario is smaller`);
    return Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}
