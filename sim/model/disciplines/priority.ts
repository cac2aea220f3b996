import { type ActivationCall, awaitsThreadSince } from '../activation.ts';
import { type Discipline, WaitingLine, defineDiscipline } from '../discipline.ts';

/** One line for each priority that has ever waited; priorities are small whole numbers. */
class Priority implements Discipline {
  readonly #lines: WaitingLine[] = [];
  length = 0;

  push(call: ActivationCall): void {
    while (this.#lines.length <= call.priority) this.#lines.push(new WaitingLine());
    this.#lines[call.priority]!.append(call);
    this.length++;
  }
  shift(): ActivationCall {
    const line = this.#lines.find((candidate) => candidate.length > 0)!;
    const call = line.first!;
    line.remove(call);
    this.length--;
    return call;
  }
  remove(call: ActivationCall): void {
    this.#lines[call.priority]!.remove(call);
    this.length--;
  }
  oldest(): ActivationCall {
    const firsts = this.#lines.flatMap(({ first }) => first ?? []);
    return firsts.reduce((oldest, call) => (awaitsThreadSince(call) < awaitsThreadSince(oldest) ? call : oldest));
  }
  newest(): ActivationCall {
    const lasts = this.#lines.flatMap(({ last }) => last ?? []);
    return lasts.reduce((newest, call) => (awaitsThreadSince(call) >= awaitsThreadSince(newest) ? call : newest));
  }
  leastImportant(): ActivationCall {
    return this.#lines.findLast((line) => line.length > 0)!.last!;
  }
}

export const priority = defineDiscipline({
  family: 'discipline',
  kind: 'priority',
  title: 'By priority',
  about: 'Serves the most important class first (0 before 1), in order of arrival within a class; work in progress is not interrupted.',
  source: 'non-preemptive priority queue, Cobham 1954',
  params: {},
  create: () => () => new Priority(),
});
