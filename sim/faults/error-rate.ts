import { choice, ratio } from '../catalogue/param.ts';
import { errorFault } from '../model/instance.ts';
import { checkSelection, defineFault, select, selectionParams } from './fault.ts';

export const errorRate = defineFault({
  family: 'fault',
  kind: 'errorRate',
  title: 'Error rate',
  about: 'A share of requests is answered with an error at once, without any work.',
  source: 'HTTP abort of Envoy, Chaos Mesh HTTPChaos and Simmy',
  params: {
    ...selectionParams,
    rate: ratio({ about: 'Share of requests that fail. Raising it keeps the old victims and adds new ones.' }),
    answer: choice(
      {
        error: 'Status 500.',
        badRequest: 'Status 400.',
        requestTimeout: 'Status 408.',
        conflict: 'Status 409.',
        rateLimited: 'Status 429.',
        shed: 'Status 503.',
      },
      { about: 'What they are answered.', default: 'error' },
    ),
  },
  check: checkSelection,
  create: (values, build) => {
    const instances = select(build, values);
    const purpose = build.engine.purpose(build.address);
    return {
      begin: () => instances.forEach((instance) => instance.addErrors(errorFault(build.id, values.rate, values.answer, purpose))),
      end: () => instances.forEach((instance) => instance.removeErrors(build.id)),
    };
  },
});
