/** "Did you mean …": the valid word that a wrong one was probably meant to be. */

/**
 * The candidate with the fewest edits (a letter more, fewer, other, or two swapped) to `word`, if they are few for its
 * length: one in three letters. Case and `-`, `_`, blanks do not count. A word that begins exactly one candidate is
 * taken for its abbreviation. Ties go to the first candidate.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = plainOf(word);
  if (wanted === '' || wanted.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let bestEdits = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  let begun: string | undefined;
  let beginnings = 0;
  for (const candidate of candidates) {
    const plain = plainOf(candidate);
    const edits = editsBetween(wanted, plain, bestEdits);
    if (edits < bestEdits) {
      best = candidate;
      bestEdits = edits;
    }
    if (wanted.length >= MIN_ABBREVIATION && plain.startsWith(wanted)) {
      begun = candidate;
      beginnings++;
    }
  }
  return best ?? (beginnings === 1 ? begun : undefined);
}

const MAX_LENGTH = 80;
const MIN_ABBREVIATION = 3;

function plainOf(word: string): string {
  return word.replaceAll(/[-_\s]/g, '').toLowerCase();
}

/** Edits from one word to another (optimal string alignment), or `limit` when there are at least so many. */
function editsBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits = Math.min(edits, beforeLast[j - 2]! + 1);
      row.push(edits);
      least = Math.min(least, edits);
    }
    if (least >= limit) return limit;
    beforeLast = last;
    last = row;
  }
  return Math.min(limit, last[b.length]!);
}
