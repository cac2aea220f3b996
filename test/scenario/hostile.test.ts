/**
 * Goal: whatever the text, reading it ends within 2 seconds of processor time and 500 MB, throws nothing, and says in a
 * sentence what is too much.
 *
 * Method: texts made to be expensive for a parser of YAML, for the following of aliases, for the walk over parameters and
 * for the search of similar words, in the language of the simulator itself. Processor time is that of this process;
 * memory is how much the heap and what hangs on it grow at most.
 */
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../sim/scenario/parse.ts';
import { MAX_LEXEMES, MAX_TEXT_LENGTH } from '../../sim/scenario/source.ts';

const HEAD = 'faultline: 1\ntitle: T\nduration: 1m\n';
const SYSTEM = 'system:\n  users: {kind: client, calls: api, arrivals: {poisson: 5/s}}\n  api: {kind: service, handler: [work: 1ms]}\n';

const lines = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => line(index)).join('');
/** As many lines as a text may have, less what comes before them. */
const fill = (start: string, line: (index: number) => string): string => {
  const count = Math.floor((MAX_TEXT_LENGTH - start.length) / line(99_999).length);
  return start + lines(count, line);
};

/** Ten anchors, each of which holds the one before ten times. */
const bomb = `a0: &a0 [x]\n${lines(9, (n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(10)}]\n`)}`;
/** About the longest file that is still read as a whole. */
const largest = `${HEAD}system:\n${lines(6_500, (n) => `  c${n}: {kind: service, threads: 4, queue: ${n}}\n`)}`;

const texts: Readonly<Record<string, () => string>> = {
  'ten megabytes': () => HEAD + '# nothing\n'.repeat(1e6),
  'ten megabytes in one word': () => 'a'.repeat(1e7),
  '100,000 components': () => `${HEAD}system:\n${lines(1e5, (n) => `  c${n}: {kind: service}\n`)}`,
  '100,000 components in short': () => `system: {${lines(1e5, (n) => `c${n}:,`)}}`,
  '100,000 steps': () => fill(`${HEAD}system:\n  api:\n    kind: service\n    handler:\n`, (n) => `      - work: ${n}ms\n`),
  'as many components as fit': () => largest,
  'as many faults as fit': () => `${HEAD}${SYSTEM}faults:\n${lines(6_000, (n) => `  - {hang: {target: api}, as: f${n}}\n`)}`,
  'wrong targets among many components': () =>
    `${HEAD}system:\n${lines(4_000, (n) => `  component-${n}: {kind: service, threads: 4}\n`)}faults:\n${lines(1_500, (n) => `  - {hang: {target: compoment-${n}}}\n`)}`,
  'as many expectations as fit': () => `${HEAD}${SYSTEM}expect:\n  default:\n${lines(20_000, () => '    - availability >= 95%\n')}`,
  'many variants with many settings': () =>
    `${HEAD}system:\n  users: {kind: client, calls: c0, arrivals: {poisson: 5/s}}\n${lines(3_000, (n) => `  c${n}: {kind: service, handler: [work: 1ms]}\n`)}variants:\n${lines(100, (v) => `  v${v}: {set: {${lines(60, (n) => `c${n * 7}.threads: 5,`)}}}\n`)}`,
  'a chain of calls as long as the linter follows': () => `${HEAD}system:\n  users: {kind: client, calls: c0, arrivals: {poisson: 5/s}}\n${lines(499, (n) => `  c${n}: {kind: service, handler: [{call: c${n + 1}, patterns: [retry, timeout: 1s]}]}\n`)}  c499: {kind: service, handler: [work: 1ms]}\nvariants:\n${lines(5, (v) => `  v${v}: {}\n`)}`,
  'a longer chain': () => `${HEAD}system:\n  users: {kind: client, calls: c0, arrivals: {poisson: 5/s}}\n${lines(4_000, (n) => `  c${n}: {kind: service, handler: [{call: c${n + 1}}]}\n`)}  c4000: {kind: service, handler: [work: 1ms]}\n`,
  'everybody calls everybody': () => `${HEAD}system:\n  users: {kind: client, calls: c0, arrivals: {poisson: 5/s}}\n${lines(22, (n) => `  c${n}: {kind: service, handler: [${lines(22, (m) => `{call: c${m}, patterns: [retry]},`)}]}\n`)}`,
  'more variants than allowed': () => `${HEAD}${SYSTEM}variants:\n${lines(200, (n) => `  v${n}: {}\n`)}`,
  'a large handler set in many variants': () =>
    `${HEAD}system:\n  users: {kind: client, calls: api, arrivals: {poisson: 5/s}}\n  api: {kind: service, handler: [${lines(6_000, (n) => `{work: 1ms, as: s${n}},`)}]}\nvariants:\n${lines(100, (n) => `  v${n}: {set: {api/s${n}.work: 5ms}}\n`)}`,
  'an alias bomb': () => bomb,
  'an alias bomb inside a scenario': () => `${HEAD}${SYSTEM}${bomb}`,
  'an alias that holds itself': () => 'a: &a [*a, *a]\n',
  'aliases one inside the other': () => `a0: &a0 {}\n${lines(10_000, (n) => `a${n + 1}: &a${n + 1} {b: *a${n}}\n`)}`,
  'a component by alias, 15,000 times': () => `${HEAD}system:\n  a: &a {kind: service, handler: [{work: {lognormal: {mean: 4ms, cv: 1}}}]}\n${lines(15_000, (n) => `  c${n}: *a\n`)}`,
  'lists in lists': () => '['.repeat(1e6),
  'mappings in mappings': () => '{a: '.repeat(2.5e5),
  'dashes in dashes': () => '- '.repeat(5e5),
  'question marks in question marks': () => '? '.repeat(5e5),
  'keys in keys': () => lines(1_400, (n) => `${' '.repeat(n)}a:\n`),
  'steps in steps': () => `${HEAD}system: {api: {kind: service, handler: ${'[{parallel: [{steps: '.repeat(5_000)}`,
  'fans inside fans': () =>
    `${HEAD}system: {api: {kind: service, handler: [{parallel: [{steps: [{parallel: [{steps: [{work: 1ms}]}], repeat: 100000, as: inner}]}], repeat: 100000}]}}`,
  'as many mistakes of syntax as fit': () => ']'.repeat(MAX_LEXEMES - 10),
  'as many commas as fit': () => `[${','.repeat(MAX_LEXEMES - 10)}`,
  'more commas than fit': () => `[${','.repeat(1e6)}`,
  'a quotation mark': () => `'${'a\n'.repeat(5e5)}`,
  'one long tag': () => '!'.repeat(1e6),
  'one block scalar': () => `a: >\n${' x\n\n'.repeat(2e5)}`,
  documents: () => '---\n'.repeat(66_000),
  'line ends of old': () => '\r'.repeat(1e6),
  tabs: () => '\t'.repeat(1e6),
  'blanks in a number': () => `${HEAD}${SYSTEM}network: {default: {loss: "5${' '.repeat(9e5)}%x"}}`,
  'digits in a number': () => `${HEAD.replace('1m', `${'1'.repeat(9e5)}m`)}${SYSTEM}`,
  'blanks in a sentence': () => `${HEAD}${SYSTEM}expect: {default: ["availability${' '.repeat(9e5)}95%"]}`,
  'a long name': () => `${HEAD}${SYSTEM}${'a'.repeat(900)}: 1\n`,
  'a long word where another belongs': () => `${HEAD}system: {users: {kind: "${'a'.repeat(9e5)}"}}\n`,
  'a long address': () => `${HEAD}${SYSTEM}variants: {a: {off: ["${'a/'.repeat(4e5)}"]}}\n`,
  'a long path': () => `${HEAD}${SYSTEM}variants: {a: {set: {"api.${'a.'.repeat(90)}": 1}}}\n`,
  'a NUL': () => 'title: a\0b',
  'marks of the lexer': () => '\x02\x18\x1f',
  'half a character': () => `title: \ud800\n${HEAD}`,
};

/** Reads a text. @returns what was said, processor seconds, and megabytes by which memory can have grown at most */
function read(text: string): { messages: readonly string[]; seconds: number; megabytes: number } {
  const before = process.memoryUsage.rss();
  const started = process.cpuUsage();
  const parsed = parseScenario(text);
  const { user, system } = process.cpuUsage(started);
  return {
    messages: parsed.ok ? [] : parsed.problems.map(({ message }) => message),
    seconds: (user + system) / 1e6,
    megabytes: (process.resourceUsage().maxRSS * 1024 - before) / 1e6,
  };
}

/** What must be said; nothing in particular of the others. */
const said: Readonly<Record<string, string>> = {
  'ten megabytes': `the limit is ${MAX_TEXT_LENGTH}`,
  '100,000 components': `the limit is ${MAX_TEXT_LENGTH}`,
  '100,000 components in short': `more than ${MAX_LEXEMES} words`,
  '100,000 steps': `more than ${MAX_LEXEMES} words`,
  'more commas than fit': `more than ${MAX_LEXEMES} words`,
  // Thousands of services without a handler: read to the end, and each wrong in the same way.
  'as many components as fit': 'and 6400 more problems',
  'an alias bomb': 'more than 100000 values',
  'an alias bomb inside a scenario': 'more than 100000 values',
  'an alias that holds itself': 'stands inside what it refers to',
  'aliases one inside the other': 'nested more than 100 deep',
  'a component by alias, 15,000 times': 'more than 100000 values',
  'lists in lists': 'nested more than 100 deep',
  'keys in keys': 'nested more than 100 deep',
  'steps in steps': 'nested more than 100 deep',
  'fans inside fans': 'would open 10000100000 branches',
  'more variants than allowed': 'the limit is 100',
  'a long name': 'a name has at most 200 characters',
  'a NUL': 'U+0000',
};

describe('reading ends soon, whatever the text:', () => {
  test.each(Object.keys(texts))('%s', (name) => {
    const { messages, seconds, megabytes } = read(texts[name]!());
    expect(seconds).toBeLessThan(2);
    expect(megabytes).toBeLessThan(500);
    expect(messages.length).toBeLessThanOrEqual(101);
    for (const message of messages) expect(message.length).toBeLessThan(2_000);
    expect(messages.join('\n')).toContain(said[name] ?? '');
  });

  test('and every promise about what is said is about one of these texts', () => {
    expect(Object.keys(said).filter((name) => !(name in texts))).toEqual([]);
  });
});

describe('names of JavaScript are words like any other', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])('%s', (word) => {
    const places = [
      `${HEAD}${SYSTEM}${word}: {a: 1}\n`,
      `${HEAD}system: {${word}: {kind: service}}\n`,
      `${HEAD}system: {users: {kind: ${word}}}\n`,
      `${HEAD}system: {users: {kind: client, ${word}: 1, calls: ${word}}}\n`,
      `${HEAD}system: {users: {kind: client, calls: users, classes: {${word}: {weight: 1}}, patterns: [${word}, {${word}: {}}]}}\n`,
      `${HEAD}${SYSTEM}variants: {${word}: {set: {api.${word}: 1, ${word}.${word}: 1, api.queue.${word}: 1}, off: [${word}]}}\n`,
      `${HEAD}${SYSTEM}expect: {${word}: [${word} > 1]}\nfaults: [{${word}: {}}]\n`,
    ];
    const results = places.map((text) => parseScenario(text));
    expect(places.filter((_, at) => results[at]?.ok)).toEqual([]);
    const messages = results.flatMap((parsed) => (parsed.ok ? [] : parsed.problems.map(({ message }) => message)));
    expect(messages.filter((message) => /function|\[object/.test(message))).toEqual([]);
    expect(({} as Record<string, unknown>)['a']).toBe(undefined);
  });
});
