/** What an event costs where everything is switched on: the engine that runs scenario files, and nothing made for here. */
import { against, type Sample } from '../measure.ts';
import type { Row } from '../row.ts';
import { Running } from './running.ts';
import { cells, requestPath, retryStorm, SIX_LAYERS } from './scenarios.ts';

/** The length of H, in nanoseconds, for which the rate of requests is stated. */
const STATED_H_NS = 30;

export function speedRows(h: Sample): Row[] {
  return [...pathRows(h), ...stormRows(h), ...layerRows(h), componentRow()];
}

function pathRows(h: Sample): Row[] {
  const path = new Running(requestPath(), 20);
  const perEvent = against(h, path.perEvent(20));
  const perRequest = against(h, path.perRequest(20));
  return [
    { name: 'request path, per event', value: perEvent.ratio, unit: 'H', limit: { atMost: 4 }, goal: 2.5, ns: perEvent.ns },
    {
      name: `request path, requests per CPU-second where H is ${STATED_H_NS} ns`,
      value: 1e9 / (perRequest.ratio * STATED_H_NS),
      unit: '/s',
      limit: { atLeast: 700_000 },
      goal: 1_300_000,
      ns: perRequest.ns,
    },
    { name: 'request path, events per request', value: path.events / path.requests, unit: '' },
  ];
}

function stormRows(h: Sample): Row[] {
  const storm = new Running(retryStorm(), 40);
  const { ratio, ns } = against(h, storm.perEvent(3));
  return [
    { name: 'retry storm, per event', value: ratio, unit: 'H', limit: { atMost: 5 }, goal: 3.3, ns },
    { name: 'retry storm, requests in flight', value: storm.requestsInFlight, unit: '', limit: { atLeast: 25_000 } },
    { name: 'retry storm, open calls', value: storm.openCalls, unit: '' },
    { name: 'retry storm, events per request', value: storm.events / storm.requests, unit: '' },
  ];
}

function layerRows(h: Sample): Row[] {
  const bare = new Running(requestPath({ layers: [] }), 20).perRequest(20);
  const six = new Running(requestPath({ layers: SIX_LAYERS }), 20).perRequest(20);
  const inH = against(h, () => six() - bare());
  return [
    { name: 'a pattern layer, per call', value: inH.ratio / SIX_LAYERS.length, unit: 'H', ns: inH.ns / SIX_LAYERS.length },
    { name: 'request path with six layers, per path without', value: against(bare, six).ratio, unit: 'x', limit: { atMost: 2 } },
  ];
}

function componentRow(): Row {
  const few = new Running(cells(1), 20);
  const many = new Running(cells(256), 20);
  const { ratio, ns } = against(few.perEvent(20), many.perEvent(20));
  return { name: 'event in a system of 1,024 components, per event in one of 4', value: ratio, unit: 'x', limit: { atMost: 1.15 }, ns };
}
