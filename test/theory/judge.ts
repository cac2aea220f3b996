/**
 * When a simulation agrees with theory: the mean of independent replications lies within four standard errors of the
 * reference, and four standard errors are small enough that this says something. Without the second condition the
 * noisiest simulation would agree with everything.
 */

export interface Reference {
  readonly value: number;
  /** Largest four standard errors, as a share of the value, with which a run is precise enough to judge. */
  readonly tolerance: number;
}

export interface Judgement {
  readonly verdict: 'agrees' | 'differs' | 'too noisy';
  readonly mean: number;
  /** Of the mean, from the spread of the replications. */
  readonly standardError: number;
}

/** Fewer replications say too little about their own spread. */
export const REPLICATIONS_MIN = 20;

/** How many standard errors a mean may be away: about 8 of 10,000 right simulations with 20 replications are further. */
const ERRORS_MAX = 4;

/** @param values one of each independent replication */
export function judge(values: readonly number[], reference: Reference): Judgement {
  if (values.length < REPLICATIONS_MIN) throw new Error(`${values.length} replications are fewer than ${REPLICATIONS_MIN}`);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (values.length - 1) / values.length);
  const margin = ERRORS_MAX * standardError;
  const isPrecise = margin <= reference.tolerance * Math.abs(reference.value);
  const isNear = Math.abs(mean - reference.value) <= margin;
  return { verdict: !isPrecise ? 'too noisy' : isNear ? 'agrees' : 'differs', mean, standardError };
}
