import { absorbAddress, childKey, drawBits, purposeOf, uniform53, writeRunKey } from '../../sim/kernel/keys.ts';
import { exp, exp2, ln, pow } from '../../sim/kernel/math.ts';
import {
  BoundedParetoSampler, ConstantSampler, ExponentialSampler, GammaSampler, HyperexponentialSampler, LognormalSampler,
  MixtureSampler, QuantilesSampler, type Sampler, TruncatedNormalSampler, UniformSampler, WeibullSampler, WeightedValuesSampler,
} from '../../sim/kernel/samplers.ts';
import { gamma, normalQuantile, normalTail } from '../../sim/kernel/special-functions.ts';

/** One sampler of each kind, and more where a kind has different ways to draw. */
export const samplers: Readonly<Record<string, Sampler>> = {
  'constant 3.5': new ConstantSampler(3.5),
  'uniform 2..5': new UniformSampler(2, 5),
  'exponential mean 3': new ExponentialSampler(3),
  'lognormal mean 4, cv 0.6': LognormalSampler.fromMeanAndCv(4, 0.6),
  'lognormal p50 10, p99 80': LognormalSampler.fromP50AndP99(10, 80),
  'normal 5, 2': new TruncatedNormalSampler(5, 2),
  'normal 1, 4': new TruncatedNormalSampler(1, 4),
  'gamma mean 6, shape 0.5': new GammaSampler(6, 0.5),
  'gamma mean 6, shape 2.5': new GammaSampler(6, 2.5),
  'erlang mean 6, 4 stages': new GammaSampler(6, 4),
  'hyperexponential 9:1 of 1 and 20': new HyperexponentialSampler([{ weight: 1, value: 20 }, { weight: 9, value: 1 }]),
  'bounded Pareto 1.5 in 1..1000': new BoundedParetoSampler(1.5, 1, 1000),
  'bounded Pareto 1 in 2..50': new BoundedParetoSampler(1, 2, 50),
  'weibull scale 3, shape 0.7': new WeibullSampler(3, 0.7),
  'weibull scale 3, shape 2': new WeibullSampler(3, 2),
  'values 5:3:2 of 1, 4, 9': new WeightedValuesSampler([{ weight: 3, value: 4 }, { weight: 5, value: 1 }, { weight: 2, value: 9 }]),
  'quantiles': new QuantilesSampler([{ p: 0, value: 1 }, { p: 0.5, value: 3 }, { p: 0.9, value: 10 }, { p: 1, value: 50 }]),
  'mixture 3:1 of uniform and exponential': new MixtureSampler([
    { weight: 3, value: new UniformSampler(0, 1) },
    { weight: 1, value: new ExponentialSampler(5) },
  ]),
};

const DRAWS = 20;

/**
 * Numbers that must have the same bits in every engine, as lines of hexadecimal digits: the elementary functions at fixed
 * arguments, and the first draws of each sampler.
 */
export function kernelVectors(): Record<string, string> {
  const arguments20 = Array.from({ length: DRAWS }, (_, i) => (i + 0.7) * 0.0481);
  const vectors: Record<string, string> = {
    ln: hexLine(arguments20.map(ln)),
    exp: hexLine(arguments20.map((x) => exp(40 * x - 20))),
    exp2: hexLine(arguments20.map((x) => exp2(1000 * x - 500))),
    pow: hexLine(arguments20.map((x) => pow(9 * x, 30 * x - 17))),
    normalQuantile: hexLine(arguments20.map(normalQuantile)),
    normalTail: hexLine(arguments20.map((x) => normalTail(9 * x - 2))),
    gamma: hexLine(arguments20.map((x) => gamma(1 + 20 * x))),
  };
  const keys = new Int32Array(4);
  const purpose = purposeOf('vectors');
  writeRunKey(keys, 0, 'vectors');
  absorbAddress(keys, 0, 0, 'test/kernel');
  const draws = (draw: () => number): number[] => Array.from({ length: DRAWS }, (_, i) => {
    childKey(keys, 1, 0, i);
    return draw();
  });
  vectors.drawBits = hexLine(draws(() => drawBits(keys, 1, purpose)));
  vectors.uniform53 = hexLine(draws(() => uniform53(keys, 1, purpose)));
  for (const [name, sampler] of Object.entries(samplers)) vectors[name] = hexLine(draws(() => sampler.sample(keys, 1, purpose)));
  return vectors;
}

/** The bits of each number, most significant digit first. */
function hexLine(numbers: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(8));
  return numbers
    .map((number) => {
      view.setFloat64(0, number);
      return view.getBigUint64(0).toString(16).padStart(16, '0');
    })
    .join(' ');
}
