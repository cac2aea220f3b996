import type { Reporter, TestModule } from 'vitest/node';

/** Says at the end how many tests were skipped for which reason, so that a missing browser never goes unnoticed. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result();
        const reason = (result.state === 'skipped' && result.note) || 'no reason given';
        counts.set(reason, (counts.get(reason) ?? 0) + 1);
      }
    }
    for (const [reason, count] of counts) {
      process.stdout.write(`\n${count} ${count === 1 ? 'test' : 'tests'} skipped: ${reason}\n`);
    }
  }
}
