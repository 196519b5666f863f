import type { AppRow } from '../server/api.ts';

/** The switches of `apps`. */
export interface AppsSwitches {
  json?: true;
}

/** `syncline apps`: the connector table. */
export function appsCommand(switches: AppsSwitches, parts: { apps: AppRow[]; out: NodeJS.WritableStream }): number {
  if (switches.json) {
    parts.out.write(`${JSON.stringify(parts.apps)}\n`);
    return 0;
  }
  const width = Math.max(...parts.apps.map((app) => app.name.length));
  for (const app of parts.apps) {
    const objects = app.objects.length > 0 ? app.objects.join(', ') : 'what the account has';
    parts.out.write(`${app.name.padEnd(width)}  ${app.label}: ${objects}\n`);
  }
  return 0;
}
