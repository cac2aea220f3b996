import { checkSelection, defineFault, modifying, select, selectionParams } from './fault.ts';

export const hang = defineFault({
  family: 'fault',
  kind: 'hang',
  title: 'Hang',
  about: 'Accepts every request and answers none; work stands still and goes on when the hang ends.',
  source: 'hung database of the source chapters; process pause (SIGSTOP), stop-the-world pauses',
  params: selectionParams,
  check: checkSelection,
  create: (values, build) => modifying(select(build, values).map(({ hung }) => hung), build.id, 1),
});
