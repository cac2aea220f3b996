/**
 * Who may import whom. `imports.test.ts` reads this table and checks every file of sim and web against it.
 *
 * A target is a folder or a file (without its ending). A file may always import from its own folder, and everybody may
 * import `sim/catalogue`, the vocabulary of definitions.
 */
export interface ImportRow {
  /** What may be imported for use at run time. */
  readonly values: readonly string[];
  /** What may also be imported as types, which the compiler erases, or started as a worker, a program of its own. */
  readonly types?: readonly string[];
  /** npm packages, or `node:*`. */
  readonly packages?: readonly string[];
  /**
   * Normally a folder also reaches what its targets may import. A sealed folder does not: everything it reaches,
   * through however many files, must itself be in its row.
   */
  readonly sealed?: true;
}

export const everybodyMayImport = 'sim/catalogue';

export const importTable: Readonly<Record<string, ImportRow>> = {
  'sim/catalogue': { values: [], sealed: true },
  'sim/kernel': { values: [], packages: ['seedrandom'], sealed: true },
  // The patterns know nothing of a simulation: of the kernel they get what is pure.
  'sim/resilience': { values: ['sim/kernel/assert', 'sim/kernel/math'], types: ['sim/kernel'], sealed: true },
  'sim/telemetry': { values: ['sim/kernel'] },
  'sim/model': { values: ['sim/kernel', 'sim/resilience', 'sim/telemetry'] },
  'sim/faults': { values: ['sim/kernel', 'sim/model'] },
  'sim/scenario': {
    values: ['sim/kernel', 'sim/resilience', 'sim/telemetry', 'sim/model', 'sim/faults'],
    packages: ['yaml'],
  },
  'sim/experiment': { values: ['sim/scenario', 'sim/telemetry', 'sim/kernel'] },
  'sim/worker': { values: ['sim/experiment', 'sim/scenario', 'sim/telemetry'], packages: ['comlink'] },
  'sim/cli': { values: ['sim/experiment', 'sim/scenario', 'sim/telemetry'], packages: ['commander', 'node:*'] },
  'sim/index': { values: ['sim/experiment', 'sim/scenario', 'sim/telemetry'] },
  // The page gets descriptions, parameter tables and the schema as data from a worker, so that neither YAML nor any
  // definition is in its bundle. Of telemetry it may use only what needs nothing else: the decoding of records.
  web: {
    values: ['sim/telemetry'],
    types: ['sim/worker'],
    packages: ['@dagrejs/dagre', 'comlink', 'd3'],
    sealed: true,
  },
};

/** Packages that only one file may import, because that file is the only place where they make sense. */
export const oneFilePackages: readonly string[] = ['seedrandom'];
