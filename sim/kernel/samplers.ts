/** A distribution from which one quantity is drawn. Its parameters, and so its draws, are plain numbers without a unit. */
export interface Sampler {
  /** The exact mean of the distribution. */
  readonly mean: number;
  /**
   * One draw: the same for the same key and purpose, always.
   * @param at slot of the key   @param purpose a `purposeOf` constant; samplers that need several draws add 0, 1, 2, ...
   */
  sample(keys: Int32Array, at: number, purpose: number): number;
}
