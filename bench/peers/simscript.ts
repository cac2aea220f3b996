/** M/M/1 with simscript, as its documentation shows it: a script for each customer, and a generator of customers. */
import { createRequire } from 'node:module';
import type * as SimScript from 'simscript';

/** CPU time in nanoseconds for each of so many customers, four fifths of the server's time busy. */
export async function simscriptNs(customers: number): Promise<number> {
  // The package gives the page a chance to be drawn now and then.
  Object.assign(globalThis, { requestAnimationFrame: setImmediate });
  const { Entity, Exponential, Queue, Simulation } = createRequire(import.meta.url)('simscript') as typeof SimScript;
  const service = new Exponential(1);
  let timeInSystem = 0;

  class Station extends Simulation {
    readonly line = new Queue('line');
    readonly server = new Queue('server', 1);
    override onStarting(): void {
      super.onStarting();
      this.generateEntities(Customer, new Exponential(1.25), customers);
    }
  }
  class Customer extends Entity<Station> {
    override async script(): Promise<void> {
      const { line, server, timeNow } = this.simulation;
      this.enterQueueImmediately(line);
      await this.enterQueue(server);
      this.leaveQueue(line);
      await this.delay(service.sample());
      this.leaveQueue(server);
      timeInSystem += this.simulation.timeNow - timeNow;
    }
  }

  const station = new Station();
  const before = process.cpuUsage();
  await new Promise<void>((resolve) => {
    station.finished.addEventListener(() => resolve());
    void station.start();
  });
  const { user, system } = process.cpuUsage(before);
  // So few customers, with the luck of the day, are seldom off by a factor of two; a wrong model is off by a factor of thousands.
  const mean = timeInSystem / customers;
  if (mean < 1.25 || mean > 20) throw new Error(`simscript: ${mean} is not the mean time in an M/M/1 system`);
  return ((user + system) * 1000) / customers;
}
