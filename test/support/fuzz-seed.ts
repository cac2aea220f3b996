/**
 * The seed of all random tests of one run. It is part of their titles; FUZZ_SEED=<number> in the environment brings the
 * same run back.
 */
const { FUZZ_SEED: given, FUZZ_PATH: path } = process.env;

export const fuzzSeed = given === undefined ? Math.floor(Math.random() * 0x7fffffff) : Number(given);

/** Where fast-check starts: FUZZ_PATH=<path>, as a failure prints it, brings one counterexample back at once. */
export const fuzzPath: { readonly path?: string } = path === undefined ? {} : { path };
