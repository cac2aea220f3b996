import { nearest } from '../scenario/nearest.ts';

/** Something that the user can put right: one clear sentence that says what to do. The command ends with exit code 2. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Says that nothing has such a name, and which name was probably meant. */
export function unknownName(sentence: string, name: string, known: readonly string[]): Refusal {
  const close = nearest(name, known);
  return new Refusal(close === undefined ? sentence : `${sentence} Did you mean "${close}"?`);
}

/** Why the system did not do something with a file, in words.  @param verb what was to be done with it: `read`, `write` */
export function fileRefusal(verb: string, path: string, error: unknown): Refusal {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const known: Readonly<Record<string, string>> = {
    ENOENT: verb === 'read' ? 'there is no such file; check the path' : 'there is no such folder; create it first',
    EISDIR: 'it is a folder; name a file in it',
    ENOTDIR: 'a part of the path is a file, not a folder; choose another path',
    EEXIST: 'there is a file of that name, not a folder; choose another path',
    EACCES: 'permission denied; change its permissions or choose another path',
    EPERM: 'permission denied; change its permissions or choose another path',
    EROFS: 'the disk is read-only; choose another path',
    ENOSPC: 'no space is left on the device; make room or choose another path',
  };
  return new Refusal(`cannot ${verb} ${path}: ${known[code] ?? (error as Error).message}`);
}
