/** The highest degradation level; 0 is full functionality. */
export const LEVEL_MAX = 4;

/** What a store says of a feature: nothing in particular, so that the level decides; or off; or on, whatever the level. */
export const FeatureState = { byLevel: 0, off: 1, on: 2 } as const;
