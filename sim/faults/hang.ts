import { checkSelection, defineFault, select, selectionParams } from './fault.ts';

export const hang = defineFault({
  family: 'fault',
  kind: 'hang',
  title: 'Hang',
  about: 'Accepts every request and answers none; work stands still and goes on when the hang ends.',
  source: 'hung database of the source chapters; process pause (SIGSTOP), stop-the-world pauses',
  params: selectionParams,
  check: checkSelection,
  create: (values, build) => {
    const instances = select(build, values);
    return {
      begin: () => instances.forEach((instance) => instance.hung.add(build.id, 1)),
      end: () => instances.forEach((instance) => instance.hung.remove(build.id)),
    };
  },
});
