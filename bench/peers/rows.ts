/** The M/M/1 queue of a scenario file beside the two simulators that npm has, in the same process. */
import { median } from '../measure.ts';
import { Running } from '../path/running.ts';
import { MM1 } from '../path/scenarios.ts';
import type { Row } from '../row.ts';
import { simjsNs } from './simjs.ts';
import { simscriptNs } from './simscript.ts';

const ROUNDS = 5;

export async function peerRows(): Promise<Row[]> {
  const ours = new Running(MM1, 500).perRequest(2500);
  const times: { readonly faultline: number; readonly simjs: number; readonly simscript: number }[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    times.push({ faultline: ours(), simjs: simjsNs(50_000), simscript: await simscriptNs(3_000) });
  }
  const perSecond = (name: 'faultline' | 'simjs' | 'simscript'): Row => {
    const ns = median(times.map((round) => round[name]));
    return { name: `M/M/1, customers per CPU-second: ${name}`, value: 1e9 / ns, unit: '/s', ns };
  };
  const faster = (peer: 'simjs' | 'simscript'): Row => ({
    name: `M/M/1, as many customers per CPU-second as ${peer}`,
    value: median(times.map((round) => round[peer] / round.faultline)),
    unit: 'x',
    limit: { atLeast: 1 },
  });
  return [perSecond('faultline'), perSecond('simjs'), perSecond('simscript'), faster('simjs'), faster('simscript')];
}
