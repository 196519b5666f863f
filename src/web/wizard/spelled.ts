import type { Check, SpelledMapping } from '../api/wizard.ts';
import { isSameMapping, ownMappings, type Settings } from './draft.ts';

/** The mappings of a check, beside what the person set of them; those that are switched off stay in sight. */
export function spelled({ mappings }: Check, settings: Settings): SpelledMapping[] {
  const own = ownMappings(settings);
  return mappings.map((mapping) => {
    const { a, b, enabled, to, why, options } = mapping;
    return {
      a,
      b,
      enabled,
      isDefault: mapping.default,
      to,
      why,
      options,
      input: own.find((each) => isSameMapping(each, { a, b })),
    };
  });
}
