/** A process of its own, with a large young generation: sends what a request allocates to the process that started it. */
import { measureGarbage } from './memory.ts';

process.send!(measureGarbage());
