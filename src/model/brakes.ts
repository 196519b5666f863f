import type { Brake } from './rules.ts';

/** A share never stops a run of fewer records than this: in a sync of thirty records a tenth is no accident. */
export const MINIMUM_BRAKE_RECORDS = 20;

/** How many records may be touched before the run pauses and asks; Infinity where the brake is off. */
export function brakeLimit(brake: Brake, linked: number): number {
  if (brake === 'off') return Number.POSITIVE_INFINITY;
  return 'count' in brake ? brake.count : Math.max(MINIMUM_BRAKE_RECORDS, Math.floor(brake.share * linked));
}
