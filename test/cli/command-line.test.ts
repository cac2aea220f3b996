/**
 * Goal: the command line keeps its promises to people, pipes and scripts: exit codes, streams, clear refusals, the same
 * numbers whatever the number of threads.
 * Method: the built program is started as a process of its own on small scenarios. What ends before anything is run is
 * asked of the same `main` within the test.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { env, execPath } from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../sim/cli/main.ts';
import type { JsonReport } from '../../sim/cli/reporters/json.ts';
import { questionsOf } from '../../sim/experiment/question.ts';
import { resultOf } from '../../sim/experiment/run.ts';
import { documentOf, wholeRecordOf } from '../support/run-scenario.ts';

const SMALL = `
faultline: 1
title: Errors and retries
duration: 8s
warmup: 2s
system:
  users:
    kind: client
    arrivals: {poisson: 100/s}
    calls: api
    patterns:
      - retry: {maxAttempts: 4, backoff: {fixed: 20ms}}
  api:
    kind: service
    threads: 8
    handler:
      - work: {exponential: 10ms}
faults:
  - {at: 4s, for: 3s, errorRate: {target: api, rate: 50%}}
variants:
  bare: {off: [users/api/retry]}
  retry: {}
expect:
  bare: [availability <= 95%]
  retry: [availability >= 90%]
  retry - bare: [availability >= 5%]
`;

const bin = 'sim/cli/bin.js';
let folder: string;
let small: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-'));
  small = write('small.yaml', SMALL);
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Without the settings of the test runner's own terminal. */
const { FORCE_COLOR: _force, NO_COLOR: _no, ...plainEnv } = env;

function faultline(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return ended(execPath, [bin, ...args], more);
}

function inShell(script: string, more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return ended('bash', ['-c', script], more);
}

function ended(program: string, args: readonly string[], more: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { env: { ...plainEnv, ...more }, maxBuffer: 1e8 }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

/** The same without a process. */
async function faultlineHere(args: readonly string[]): Promise<Ended> {
  const streams = { stdout: new PassThrough({ highWaterMark: 1e8 }), stderr: new PassThrough() };
  const code = await main(args, { ...(streams as unknown as { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream }), env: {} });
  const textOf = (stream: PassThrough) => (stream.read() as Buffer | null)?.toString() ?? '';
  return { code, stdout: textOf(streams.stdout), stderr: textOf(streams.stderr) };
}

function jsonOf({ stdout }: Ended): JsonReport {
  return JSON.parse(stdout) as JsonReport;
}

describe('what a run ends with', () => {
  it('0 and a summary when all expectations hold, without colour or progress in a pipe', async () => {
    const { code, stdout, stderr } = await faultline(['run', small]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain('\u001B');
    for (const text of ['Goodput', 'Availability', '99th percentile', 'Retries', 'Time to recover', 'holds  retry - bare', 'dispatch']) {
      expect(stdout).toContain(text);
    }
  });

  it('1 and the command that repeats the failure when one does not; the command does repeat it', async () => {
    const { code, stdout } = await faultline(['run', small, '--set', 'faults/errorRate-api.rate=5%', '--seed', "it's 7"]);
    expect(code).toBe(1);
    const replay = /FAILS {2}retry - bare: .*\n +replay: npx faultline (.*)/.exec(stdout)![1]!;
    expect(replay).toContain('--variant retry,bare');
    const again = await inShell(`'${execPath}' ${bin} ${replay}`);
    expect(again.code).toBe(1);
    const found = (text: string) => /FAILS {2}retry - bare: availability >= 5% {2}(\(.*\))/.exec(text)![1];
    expect(found(again.stdout)).toBe(found(stdout));
  });

  it('1 when an expectation fails for one of many seeds only', async () => {
    const picky = write('picky.yaml', SMALL.replace('availability >= 90%', 'lost <= 10'));
    const { code, stdout } = await faultline(['run', picky, '--seeds', '12', '--variant', 'retry']);
    expect(stdout).toMatch(/FAILS {2}retry: lost <= 10 {2}\(\d+ of 12 seeds; \d+ with seed \d+\)/);
    expect(code).toBe(1);
  });

  it('2 and what to do about it when requests pile up until no memory is left', async () => {
    const flooded = write('flooded.yaml', SMALL.replace('poisson: 100/s', 'poisson: 1000000/s').replace(/expect:.*/s, ''));
    const { code, stdout, stderr } = await faultline(['run', flooded, '--jobs', '1'], { NODE_OPTIONS: '--max-old-space-size=40' });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^faultline: a run of .*flooded\.yaml needs more memory than there is: .*\n$/);
  });

  it('130 and what was finished when it is interrupted', async () => {
    const child = spawn(execPath, [bin, 'compare', small, '--seeds', '100000', '--jobs', '2'], { env: plainEnv });
    let stdout = '';
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    setTimeout(() => child.kill('SIGINT'), 4000);
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
    const [, bare] = /interrupted: (\d+) \+ \d+ runs finished/.exec(stdout)!;
    expect(Number(bare)).toBeGreaterThan(0);
    expect(stdout).toContain('Goodput');
  });
});

describe('numbers', () => {
  it('are the same with one thread and with several, and as without any', async () => {
    const args = ['run', small, '--seeds', '4', '--reporter', 'json', '--jobs'];
    const [one, two] = await Promise.all([faultline([...args, '1']), faultline([...args, '2'])]);
    expect(one.stdout).toBe(two.stdout);

    const { base, variants } = documentOf(SMALL);
    const [variant] = variants;
    const record = wholeRecordOf(variant!.scenario, { variant: variant!.name, seed: '4' });
    const { values, fingerprints } = resultOf(record, questionsOf(base));
    const run = jsonOf(one).scenarios[0]!.variants[0]!.runs[3]!;
    expect(run.seed).toBe('4');
    expect(run.fingerprints).toEqual(fingerprints);
    expect(Object.values(run.metrics)).toEqual(values.map((value) => (Number.isNaN(value) ? null : value === Infinity ? 'never' : value)));
  });

  it('change with what is set, and only in the variants that are run', async () => {
    const once = await faultline(['run', small, '--reporter', 'json', '--variant', 'retry', '--set', 'users/api/retry.maxAttempts=1']);
    const retries = jsonOf(once).scenarios[0]!.variants.map(({ name, runs }) => [name, runs[0]!.metrics['retries']]);
    expect(retries).toEqual([['retry', 0]]);
  });

  it('of a comparison are paired differences with intervals', async () => {
    const { code, stdout } = await faultline(['compare', small, '--seeds', '5', '--reporter', 'json,summary']);
    expect(code).toBe(0);
    // One after the other, in the order of the list of reporters.
    expect(stdout.indexOf('95 % interval')).toBeLessThan(stdout.indexOf('"faultline": 1'));
    expect(stdout).toMatch(/Availability +\+\d+\.\d\d pp +\+\d+\.\d\d pp \.\. \+\d+\.\d\d pp +better/);
  });
});

describe('refusals: exit code 2, nothing on the standard output, one clear sentence', () => {
  const cases: readonly (readonly [string, () => readonly string[], RegExp])[] = [
    ['an unknown option', () => ['run', small, '--sede', '1'], /unknown option '--sede'\s+\(Did you mean --seed\?\)/],
    ['an unknown command', () => ['rnu', small], /unknown command 'rnu'\s+\(Did you mean run\?\)/],
    ['no file', () => ['run'], /missing required argument 'scenario'/],
    ['a file that is not there', () => ['run', join(folder, 'no.yaml')], /cannot read .*no\.yaml: there is no such file/],
    ['a folder', () => ['check', folder], /cannot read .*: it is a folder/],
    ['an empty file', () => ['check', write('empty.yaml', '')], /empty\.yaml:1:1/],
    ['an unknown variant', () => ['run', small, '--variant', 'bare,retyr'], /has no variant "retyr"; it has bare, retry\. Did you mean "retry"\?/],
    ['a comparison of one', () => ['compare', small, '--variant', 'bare'], /compare takes two variants/],
    ['a number that is none', () => ['run', small, '--seeds', 'many'], /Expected a whole number from 1 to/],
    ['two kinds of seeds', () => ['run', small, '--seeds', '2', '--seed', '1'], /--seed.*cannot be used with.*--seeds/],
    ['an unknown reporter', () => ['run', small, '--reporter', 'jsn'], /There is no "jsn"; expected one or more of summary, json/],
    ['a setting without a value', () => ['run', small, '--set', 'users/api/retry.maxAttempts'], /Expected a path and a value/],
    ['a setting of something unknown', () => ['run', small, '--set', 'users/api/rety.maxAttempts=2'], /--set users\/api\/rety\.maxAttempts: .*did you mean "users\/api\/retry"/],
    ['a setting out of range', () => ['run', small, '--set', 'users/api/retry.maxAttempts=0'], /--set users\/api\/retry\.maxAttempts: .*at least 1/],
    ['an --out that is a file', () => ['run', small, '--out', small], /cannot write .*small\.yaml: there is a file of that name/],
    ['an --out below a file', () => ['run', small, '--out', join(small, 'x')], /cannot write .*: a part of the path is a file/],
    ['an --out where nobody can make a folder', () => ['run', small, '--out', '/proc/none/of/these'], /cannot write .*none/],
    ['an unknown word', () => ['explain', 'retri'], /nothing called "retri".*Did you mean "retry"\?/],
    ['an unknown group', () => ['list', 'fualts'], /no group "fualts".*Did you mean "fault"\?/],
  ];
  it.each(cases)('%s', async (_name, args, sentence) => {
    const { code, stdout, stderr } = await faultlineHere(args());
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('reach the shell', async () => {
    const { code, stdout, stderr } = await faultline(['run', small, '--sede', '1']);
    expect(stderr).toMatch(cases[0]![2]);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('of broken files list every problem of all of them with its place', async () => {
    const one = write('one.yaml', SMALL.replace('threads: 8', 'treads: 8').replace('100/s', '100'));
    const two = write('two.yaml', SMALL.replace('kind: service', 'kind: servis'));
    const { code, stderr } = await faultlineHere(['run', one, small, two]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/one\.yaml has 2 problems:\n {2}\S*one\.yaml:9:\d+: .*\n {2}\S*one\.yaml:15:\d+: .*threads/);
    expect(stderr).toMatch(/two\.yaml:14:\d+: .*service/);
    expect(stderr).not.toContain('small.yaml');
  });

  it('of a file that is too large or no text', async () => {
    const large = write('large.yaml', `faultline: 1\nstory: ${'x'.repeat(11_000_000)}\n`);
    const binary = join(folder, 'binary.yaml');
    writeFileSync(binary, Buffer.from([0xff, 0xfe, 0x00]));
    const [first, second] = await Promise.all([faultlineHere(['check', large]), faultlineHere(['check', binary])]);
    expect([first.code, second.code]).toEqual([2, 2]);
    expect(first.stderr).toContain('larger than 10 MB');
    expect(second.stderr).toContain('not text in UTF-8');
  });

  it.skipIf(!existsSync('/dev/full'))('when the output cannot be written', async () => {
    const { code, stderr } = await inShell(`'${execPath}' ${bin} run ${small} > /dev/full`);
    expect(stderr).toContain('cannot write the output: no space is left on the device');
    expect(code).toBe(2);
  });
});

describe('streams', () => {
  it('a reader that leaves early is no error', async () => {
    const { code, stdout, stderr } = await inShell(`'${execPath}' ${bin} run ${small} --reporter json | head -1; exit \${PIPESTATUS[0]}`);
    expect([code, stdout, stderr]).toEqual([0, '{\n', '']);
    const help = await inShell(`'${execPath}' ${bin} list | head -1; exit \${PIPESTATUS[0]}`);
    expect([help.code, help.stdout, help.stderr]).toEqual([0, 'component\n', '']);
  });

  it('colour where it is asked for, and nothing but ASCII where the locale has nothing else', async () => {
    const { stdout } = await faultline(['run', small], { FORCE_COLOR: '1', LC_ALL: 'C' });
    expect(stdout).toContain('\u001B[32mholds');
    expect(stdout.replaceAll('\u001B', '')).toMatch(/^[\n -~]*$/);
  });

  it.skipIf(!existsSync('/usr/bin/script'))('terminals get colour and progress, but no colour with NO_COLOR', async () => {
    // Node gives no colour to a terminal that a CI service reads.
    const onTerminal = (more: NodeJS.ProcessEnv) =>
      inShell(`env -u CI script --quiet --return --command "'${execPath}' ${bin} run ${small}" /dev/null`, { TERM: 'xterm', LANG: 'C.UTF-8', ...more });
    const [coloured, plain] = await Promise.all([onTerminal({}), onTerminal({ NO_COLOR: '1' })]);
    expect([coloured.code, plain.code]).toEqual([0, 0]);
    expect(coloured.stdout).toContain('\u001B[32mholds');
    expect(plain.stdout).not.toContain('\u001B[3');
    for (const { stdout } of [coloured, plain]) expect(stdout).toMatch(/\d of 2 runs/);
  });

  it('--quiet says only what went wrong', async () => {
    const { code, stdout, stderr } = await faultline(['run', small, '--quiet', '--set', 'faults/errorRate-api.rate=0%']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/small\.yaml: bare: availability <= 95% fails; replay: npx faultline run/);
  });

  it('--out writes one file for each reporter and says where', async () => {
    const out = join(folder, 'new', 'folder');
    const { code, stdout } = await faultline(['run', small, '--reporter', 'summary,json', '--out', out], { FORCE_COLOR: '1' });
    expect([code, stdout]).toEqual([0, `${join(out, 'summary.txt')}\n${join(out, 'report.json')}\n`]);
    expect(readFileSync(join(out, 'summary.txt'), 'utf8')).toMatch(/^Errors and retries\n/);
    expect((JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as JsonReport).faultline).toBe(1);
  });
});

describe('help', () => {
  it('of every command, and of every word of the language', async () => {
    const { stdout } = await faultlineHere(['--help']);
    const names = [...stdout.matchAll(/^ {2}([a-z]+)(?: \[.*\])?(?: <.*>)? {2,}/gm)].map(([, name]) => name!);
    expect(names).toEqual(expect.arrayContaining(['run', 'compare', 'check', 'explain', 'list', 'schema']));
    const helps = await Promise.all(names.map((name) => faultlineHere(name === 'help' ? ['help'] : [name, '--help'])));
    for (const { code, stdout: help, stderr } of helps) {
      expect([code, stderr]).toEqual([0, '']);
      expect(help).toContain('Usage: faultline');
    }
  });

  it('check says that a file is right, without running it, and warns of what may go wrong in it', async () => {
    const { code, stdout } = await faultlineHere(['check', small]);
    const [first, ...rest] = stdout.split('\n');
    expect([code, first]).toEqual([0, `${small} is right: 2 components, 2 variants, 3 expectations, 2 warnings`]);
    // What every variant does stands alone; otherwise the variants are named. Why is told, and what to do.
    expect(rest[0]).toBe(`  ${small}:10:12: warning no-timeout: no timeout ends the call users/api`);
    expect(rest.join('\n')).toMatch(/^ {4}When the callee hangs,[^]*\n {4}Put a timeout around it/m);
    expect(rest.join('\n')).toContain(`  ${small}:12:9: warning retries-in-step: users/api/retry waits equally long in every caller (in retry)\n`);
  });

  it('explain shows definitions, metrics, and every parameter that is in force in a scenario', async () => {
    const [retry, p99, scenario] = await Promise.all([
      faultlineHere(['explain', 'retry']),
      faultlineHere(['explain', 'p99']),
      faultlineHere(['explain', small, '--variant', 'bare']),
    ]);
    expect(retry.stdout).toMatch(/maxAttempts: whole number, at least 1.*default 3/);
    expect(p99.stdout).toContain('p99(address)');
    expect(scenario.stdout).toContain('users/api/retry: Retry (off)\n      maxAttempts: 4\n');
    expect(scenario.stdout).toMatch(/queue: \{[^}]*\}\s+\(default\)/);
  });

  it('schema prints JSON', async () => {
    const { stdout } = await faultlineHere(['schema']);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object' });
  });

  it('no command at all is answered with help', async () => {
    const { code, stderr } = await faultlineHere([]);
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: faultline');
  });
});
