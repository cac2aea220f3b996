import { formatDuration } from '../../catalogue/units.ts';
import type { ComparisonRow, Spread } from '../../experiment/comparison.ts';
import { nameOf, type Question } from '../../experiment/question.ts';
import type { RunResult } from '../../experiment/run.ts';
import type { Estimate } from '../../experiment/statistics.ts';
import type { Judgement, ObjectiveResult } from '../../experiment/verdict.ts';
import { metricByName } from '../../telemetry/metrics/registry.ts';
import type { Metric } from '../../telemetry/metrics/metric.ts';
import { formatDifference, formatMean, formatValue } from '../format-value.ts';
import type { Style } from '../style.ts';
import { type FileReport, replayOf, type Reporter, sentenceOf } from './reporter.ts';
import { rowsOf, shortenedName, textTable, truncated, widthOf } from './table.ts';
import { drawTimelines } from './timeline.ts';

const WIDTH = 80;
const NAME_WIDTH_MAX = 18;
const TITLE_WIDTH_MAX = 30;

/** What every summary shows, where the system has it. Metrics that expectations name are added. */
const ALWAYS: ReadonlySet<string> = new Set('offered goodput availability lost p50 p90 p95 p99 retries amplification opened wasted recovery'.split(' '));
/** What it shows where there was any in some variant. */
const WHERE_ANY: ReadonlySet<string> = new Set('hedges rejected workLost lostWrites staleReads writeDowntime duplicateEffects falselyMerged deferred processedLater lostLater'.split(' '));

export const summary: Reporter = {
  name: 'summary',
  about: 'Tables for people, in 80 columns.',
  fileName: 'summary.txt',
  render: (reports, style) => reports.map((report) => `${new Summary(report, style).lines().join('\n')}\n`).join('\n'),
};

/** Writes the summary of one scenario file. */
class Summary {
  readonly #report: FileReport;
  readonly #style: Style;
  /** The finished runs of each variant. */
  readonly #runs: readonly (readonly RunResult[])[];

  constructor(report: FileReport, style: Style) {
    this.#report = report;
    this.#style = style;
    this.#runs = report.results.variants.map((variant) => report.results.runsOf(variant));
  }

  lines(): string[] {
    const { comparing } = this.#report;
    const parts = [
      this.#header(),
      ...this.#valueTables(),
      ...(comparing ? this.#differenceTables() : []),
      this.#timelines(),
      this.#judgements(),
      ...this.#objectives(),
      this.#badEnds(),
      this.#fingerprints(),
    ];
    return parts.filter((part) => part.length > 0).flatMap((part, at) => (at === 0 ? part : ['', ...part]));
  }

  #header(): string[] {
    const { scenario, results, file } = this.#report;
    const { seeds } = results;
    const [first = ''] = seeds;
    const finished = results.complete ? '' : ` (interrupted: ${this.#runs.map((runs) => runs.length).join(' + ')} runs finished)`;
    const span = seeds.length === 1 ? `seed ${first}` : `seeds ${first} to ${seeds.at(-1)}`;
    const warmup = scenario.warmupNs > 0 ? `, the first ${formatDuration(scenario.warmupNs)} left out` : '';
    return [
      this.#style.paint('strong', scenario.title),
      `${file}: ${formatDuration(scenario.durationNs)} simulated${warmup}, ${span}${finished}`,
    ];
  }

  #valueTables(): string[][] {
    const rows = this.#shownRows();
    const columns = this.#report.results.variants.map((variant, arm) => [
      truncated(variant, NAME_WIDTH_MAX),
      ...rows.map(({ row, metric }) => this.#cell(row.arms[arm]!, metric)),
    ]);
    return this.#tables(['', ...rows.map(({ row, metric }) => titleOf(metric, row.question))], columns);
  }

  /** A column for each variant, in as many tables as it takes to stay within the width. The first cells are headings. */
  #tables(titles: readonly string[], columns: readonly (readonly string[])[]): string[][] {
    return inGroups(titles, columns).map((group) => {
      const [heading = '', ...rows] = textTable(rowsOf([titles, ...group]));
      return [this.#style.paint('strong', heading), ...rows];
    });
  }

  #differenceTables(): string[][] {
    const { variants } = this.#report.results;
    const reference = variants[0]!;
    const rows = this.#shownRows().filter(({ row }) => row.differences.some(({ count }) => count > 0));
    return variants.slice(1).map((variant, other) => {
      const heading = this.#style.paint('strong', `${variant} - ${reference}`);
      const cells = rows.map(({ row, metric }) => {
        const difference = row.differences[other]!;
        const { low, high, mean, count } = difference;
        const interval = count < 2 ? '' : `${formatDifference(low, metric.quantity)} .. ${formatDifference(high, metric.quantity)}`;
        const value = count === 0 ? '-' : formatDifference(mean, metric.quantity);
        return [titleOf(metric, row.question), value, interval, this.#betterOrWorse(difference, metric)];
      });
      return [heading, ...textTable([['', 'difference', '95 % interval', ''], ...cells])];
    });
  }

  /** Only where the interval leaves no doubt about the sign. */
  #betterOrWorse({ low, high, count }: Estimate, { better }: Metric): string {
    if (better === 0 || count < 2 || (low <= 0 && high >= 0)) return '';
    return low > 0 === better > 0 ? this.#style.paint('good', 'better') : this.#style.paint('bad', 'worse');
  }

  #timelines(): string[] {
    const { results } = this.#report;
    const named = results.variants.flatMap((name, arm) => {
      const [run] = this.#runs[arm]!;
      return run === undefined ? [] : [{ name, timeline: run.timeline }];
    });
    const title = results.seeds.length === 1 ? 'Goodput over time' : `Goodput over time, seed ${truncated(results.seeds[0]!, NAME_WIDTH_MAX)}`;
    return drawTimelines(title, named, NAME_WIDTH_MAX + 2, WIDTH - NAME_WIDTH_MAX - 2, this.#style);
  }

  #judgements(): string[] {
    const { judgements } = this.#report;
    if (judgements.length === 0) return [];
    return [this.#style.paint('strong', 'Expectations'), ...judgements.flatMap((one) => this.#judgement(one))];
  }

  #judgement(judgement: Judgement): string[] {
    const { expectation, verdict, reason } = judgement;
    const word = { pass: this.#style.paint('good', 'holds '), fail: this.#style.paint('bad', 'FAILS '), unknown: 'open  ' }[verdict];
    const found = [valueText(judgement), reason].filter((text) => text !== '').join('; ');
    const line = `${word} ${sentenceOf(expectation)}`;
    const lines = found === '' ? [line] : this.#fits(line, found) ? [`${line}  (${found})`] : [line, `       (${found})`];
    return verdict === 'fail' ? [...lines, this.#replayLine(replayOf(judgement, this.#report))] : lines;
  }

  #fits(line: string, found: string): boolean {
    return widthOf(line) + found.length + 4 <= WIDTH;
  }

  #objectives(): string[][] {
    const { objectives, scenario, results } = this.#report;
    if (objectives.length === 0) return [];
    const titles = scenario.objectives.map(({ metric, of, comparison, value }) => {
      const bound = formatValue(value, metricByName(metric)!.quantity);
      return `${nameOf({ metric, of })} ${comparison} ${bound}`;
    });
    const columns = results.variants.map((variant) => [
      truncated(variant, NAME_WIDTH_MAX),
      ...objectives.filter((one) => one.variant === variant).map((one) => this.#score(one)),
    ]);
    return this.#tables(['Objectives', ...titles], columns);
  }

  #score({ met, seeds }: ObjectiveResult): string {
    const text = seeds === 1 ? (met === 1 ? 'met' : 'missed') : `${met} of ${seeds}`;
    return this.#style.paint(met === seeds ? 'good' : 'bad', text);
  }

  /** Runs that did not come to their end. */
  #badEnds(): string[] {
    return this.#runs.flat().flatMap(({ variant, seed, end }) => {
      if (end.kind === 'completed') return [];
      const what = `${variant}, seed ${seed}: stopped at ${formatDuration(end.atNs)}: ${end.message}`;
      return [this.#style.paint('bad', what), this.#replayLine(this.#report.replay([variant], seed))];
    });
  }

  #replayLine(command: string): string {
    return this.#style.paint('dim', `       replay: ${command}`);
  }

  #fingerprints(): string[] {
    const first = this.#runs.flatMap((runs) => runs.slice(0, 1));
    if (first.length === 0) return [];
    const rows = first.map(({ variant, fingerprints }) => [truncated(variant, NAME_WIDTH_MAX), fingerprints.dispatch, fingerprints.request]);
    const { engine, seed } = first[0]!;
    return textTable([[`Fingerprints, seed ${truncated(seed, NAME_WIDTH_MAX)}`, 'dispatch', 'request'], ...rows, [`engine ${engine}`, '', '']]).map((line) =>
      this.#style.paint('dim', line),
    );
  }

  #shownRows(): { readonly row: ComparisonRow; readonly metric: Metric }[] {
    const { comparison, scenario } = this.#report;
    const asked = new Set(scenario.expectations.map(nameOf));
    const isShown = ({ question, arms }: ComparisonRow): boolean => {
      const name = nameOf(question);
      if (arms.every(({ defined }) => defined === 0)) return false;
      return asked.has(name) || ALWAYS.has(name) || (WHERE_ANY.has(name) && arms.some(({ max }) => max > 0)) || (name === 'fullQualityAvailability' && this.#isDegraded(arms));
    };
    return comparison.filter(isShown).map((row) => ({ row, metric: metricByName(row.question.metric)! }));
  }

  /** Whether some answers were worse than full ones. */
  #isDegraded(fullQuality: readonly Spread[]): boolean {
    const any = this.#report.comparison.find(({ question }) => nameOf(question) === 'availability')!;
    return fullQuality.some(({ estimate }, arm) => estimate.mean < any.arms[arm]!.estimate.mean);
  }

  #cell({ defined, never, median, estimate }: Spread, { quantity }: Metric): string {
    if (never > 0 && defined > 1) return never === defined ? 'never' : `never ${never}/${defined}`;
    if (estimate.count < 2) return formatValue(median, quantity);
    const plusMinus = this.#style.unicode ? '±' : '+-';
    return formatMean(estimate.mean, estimate.high - estimate.mean, quantity, plusMinus);
  }
}

/** The title in words, or as expectations name it where that would be too long. */
function titleOf({ title }: Metric, question: Question): string {
  const words = question.of === '' ? title : `${title} (${question.of})`;
  return words.length <= TITLE_WIDTH_MAX ? words : shortenedName(nameOf(question), TITLE_WIDTH_MAX);
}

/** What was found: the value of one seed, or in how many seeds it held and one in which it did not. */
function valueText({ expectation, seeds }: Judgement): string {
  const { quantity } = metricByName(expectation.metric)!;
  const written = (value: number) => (expectation.minus === '' ? formatValue(value, quantity) : formatDifference(value, quantity));
  const [only] = seeds;
  if (only === undefined) return '';
  if (seeds.length === 1) return written(only.value);
  const broken = seeds.find((one) => !one.holds);
  const example = broken === undefined ? '' : `; ${written(broken.value)} with seed ${broken.seed}`;
  return `${seeds.filter((one) => one.holds).length} of ${seeds.length} seeds${example}`;
}

/** Columns side by side, as many as fit beside the titles. */
function inGroups(titles: readonly string[], columns: readonly (readonly string[])[]): (readonly string[])[][] {
  const widest = (cells: readonly string[]) => Math.max(...cells.map(widthOf));
  const groups: (readonly string[])[][] = [];
  let room = 0;
  for (const column of columns) {
    const width = widest(column) + 2;
    if (width > room) {
      groups.push([]);
      room = WIDTH - widest(titles);
    }
    groups.at(-1)!.push(column);
    room -= width;
  }
  return groups;
}
