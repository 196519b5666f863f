import type { AccountSettings } from '../model/settings.ts';

const LOOPBACK = /^https?:\/\/(127\.|localhost[:/]|\[::1\])/;

/** Whether an address, or an account's app by its settings, is on this machine: a sample app, or one on trial. */
export function isNear(at: string | AccountSettings['settings']): boolean {
  return (typeof at === 'string' ? [at] : Object.values(at)).some((value) => LOOPBACK.test(value));
}
