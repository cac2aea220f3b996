/** Checks what a text mentions against what the whole system has. */
import { type Directory, nearestAddress, siteProblem } from './directory.ts';
import type { Reader } from './reader.ts';
import { quote } from './wording.ts';

/** @param unsound components of which too little is known to tell whether they are used rightly */
export function checkReferences(reader: Reader, directory: Directory, unsound: ReadonlySet<string> = new Set()): void {
  for (const { at, path, to } of reader.references) {
    if (reader.problems.isFull) return;
    if (to.kind === 'operation') {
      if (unsound.has(to.site.target)) continue;
      const problem = siteProblem(to.site, directory, reader.vocabulary);
      if (problem !== undefined) reader.problems.add(at, path, problem.message, problem.suggestion);
    } else {
      const kind = to.kind === 'layer' ? 'layers' : 'sites';
      const noun = to.kind === 'layer' ? 'layer' : 'call site';
      if (directory[kind].has(to.address)) continue;
      reader.problems.add(at, path, `there is no ${noun} ${quote(to.address)}`, nearestAddress(to.address, directory, [kind]));
    }
  }
}
