/**
 * The seed of all random tests of one run. It is part of their titles; FUZZ_SEED=<number> in the environment brings the
 * same run back.
 */
const given = process.env.FUZZ_SEED;

export const fuzzSeed = given === undefined ? Math.floor(Math.random() * 0x7fffffff) : Number(given);
