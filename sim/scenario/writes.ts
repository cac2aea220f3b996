import { holdsStep } from '../model/step.ts';
import type { ComponentUse } from './scenario.ts';

/**
 * Whether calls for an operation change something: writes of a database, and those whose handler has an effect itself;
 * what its own calls lead to is their affair.
 * @param operation '' where the component has only one
 */
export function isWrite({ values }: ComponentUse, operation: string): boolean {
  const operations = values['operations'] as Readonly<Record<string, unknown>> | undefined;
  return operation === 'write' || holdsStep('effect', operations?.[operation] ?? values['handler']);
}
