/** M/M/1 with simjs, as its documentation shows a facility: entities that use it for a random time. */
import { createRequire } from 'node:module';
import { cpuNs } from '../measure.ts';

interface Request {
  done(callback: () => void): Request;
}

/** What is used of the package, which has no types. */
interface Simjs {
  readonly Sim: new () => { addEntity(entity: new () => object): object; simulate(untilTime: number): boolean };
  readonly Entity: new () => { time(): number; setTimer(delay: number): Request; useFacility(facility: object, duration: number): Request };
  readonly Facility: new (name: string) => object;
  readonly Random: new (seed: number) => { exponential(rate: number): number };
}

/** CPU time in nanoseconds for each of so many customers, four fifths of the server's time busy. */
export function simjsNs(customers: number): number {
  const { Sim, Entity, Facility, Random } = load();
  const random = new Random(1);
  const server = new Facility('server');
  let served = 0;
  let timeInSystem = 0;

  class Users extends Entity {
    start(): void {
      this.#arrive();
    }
    #arrive(): void {
      const arrivedAt = this.time();
      this.useFacility(server, random.exponential(1)).done(() => {
        served++;
        timeInSystem += this.time() - arrivedAt;
      });
      this.setTimer(random.exponential(0.8)).done(() => this.#arrive());
    }
  }

  const sim = new Sim();
  sim.addEntity(Users);
  const ns = cpuNs(1, () => sim.simulate(customers / 0.8));
  if (Math.abs(timeInSystem / served - 5) > 1.5) throw new Error(`simjs: ${timeInSystem / served} is not the mean time in an M/M/1 system`);
  return ns / served;
}

/** The package is a bundle for browsers: it puts itself into the window. */
function load(): Simjs {
  const place = globalThis as unknown as { window?: { Sim?: Simjs } };
  place.window ??= {};
  createRequire(import.meta.url)('simjs');
  return place.window.Sim!;
}
