/** The program of the language worker: it answers about texts, so that the page need not carry the language itself. */
import { expose } from 'comlink';
import { describeScenario } from '../scenario/describe-scenario.ts';
import { parseScenario } from '../scenario/parse.ts';
import { referenceGroups } from '../scenario/reference.ts';
import type { LanguageWorker } from './protocol.ts';
import { scenarioOf } from './request.ts';

const language: LanguageWorker = {
  reference: () => Promise.resolve(referenceGroups()),
  diagnose(text) {
    const parsed = parseScenario(text);
    return Promise.resolve(parsed.ok ? parsed.warnings : parsed.problems);
  },
  describe(request) {
    const requested = scenarioOf(request);
    if (!requested.ok) return Promise.resolve({ system: null, problems: requested.problems });
    return Promise.resolve({ system: describeScenario(requested.scenario), problems: requested.warnings });
  },
};

expose(language);
