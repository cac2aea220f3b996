/** The part of opossum 10 that tests use; the package brings no types. */
declare module 'opossum' {
  export interface Options {
    readonly timeout?: number | false;
    readonly resetTimeout?: number;
    readonly errorThresholdPercentage?: number;
    readonly rollingCountTimeout?: number;
    readonly rollingCountBuckets?: number;
    readonly volumeThreshold?: number;
    readonly capacity?: number;
    readonly allowWarmUp?: boolean;
    readonly errorFilter?: (error: unknown) => boolean;
    readonly rollingPercentilesEnabled?: boolean;
    readonly enableSnapshots?: boolean;
  }

  export default class CircuitBreaker<Arguments extends unknown[], R> {
    constructor(action: (...args: Arguments) => Promise<R>, options: Options);
    fire(...args: Arguments): Promise<R>;
    on(event: 'open' | 'halfOpen' | 'close', listener: () => void): this;
    shutdown(): void;
  }
}
