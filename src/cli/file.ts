import { textOfFile } from './read-file.ts';
import {
  accepted,
  againstServer,
  EXIT,
  type ServerSwitches,
  type ServerWorld,
  type serverApi,
} from './server-client.ts';

/** How often the server is asked whether its plans are made, in milliseconds. */
const ASK_MILLISECONDS = 500;

/** The switches of `plan` and `apply`. */
export interface FileSwitches extends ServerSwitches {
  prune?: true;
  yes?: true;
}

/** `syncline export`: all accounts and syncs of a server as a file, on standard output. */
export function exportCommand(switches: ServerSwitches, world: ServerWorld): Promise<number> {
  return againstServer(switches, world, async (api) => {
    const answer = await accepted(api.file.$get());
    const text = await answer.text();
    world.out.write(switches.json ? `${JSON.stringify({ file: text })}\n` : text);
    return EXIT.fine;
  });
}

/** `syncline plan FILE`: what the file would change of a server, and what its syncs would do then. Nothing is applied. */
export function planCommand(path: string, switches: FileSwitches, world: ServerWorld): Promise<number> {
  return againstServer(switches, world, async (api) => {
    const outcome = await planned(api, await given(path, switches, world), { plans: true });
    const plans: Record<string, Plan> = {};
    for (const { key, plan } of outcome.syncs) if (plan !== null) plans[key] = await finished(api, key, plan, world);
    if (switches.json) world.out.write(`${JSON.stringify({ ...outcome, plans })}\n`);
    else
      world.out.write(
        [...linesOf(outcome), ...newLines(outcome), ...planLines(plans)].map((line) => `${line}\n`).join(''),
      );
    const lost = outcome.unreachable.length > 0 || Object.values(plans).some(({ state }) => state !== 'ready');
    return lost ? EXIT.failing : EXIT.fine;
  });
}

/** `syncline apply FILE`: says what would change, asks, and applies it. */
export function applyCommand(path: string, switches: FileSwitches, world: ServerWorld): Promise<number> {
  return againstServer(switches, world, async (api) => {
    const file = await given(path, switches, world);
    if (!switches.yes) {
      const outcome = await planned(api, file, { plans: false });
      if (!changesAnything(outcome)) {
        world.out.write(switches.json ? `${JSON.stringify(outcome)}\n` : `${linesOf(outcome).join('\n')}\n`);
        return EXIT.fine;
      }
      if (switches.json || !world.ask) {
        if (switches.json) world.out.write(`${JSON.stringify(outcome)}\n`);
        else world.out.write(`${linesOf(outcome).join('\n')}\nNothing was applied: give --yes to apply it.\n`);
        return EXIT.notConfirmed;
      }
      world.out.write(`${linesOf(outcome).join('\n')}\n`);
      if ((await world.ask('Apply?')) === 'no') return EXIT.notConfirmed;
    }
    const answer = await accepted(api.file.apply.$post({ json: file }));
    const outcome = await answer.json();
    world.out.write(switches.json ? `${JSON.stringify(outcome)}\n` : `${linesOf(outcome).join('\n')}\n`);
    return outcome.unreachable.length > 0 ? EXIT.failing : EXIT.fine;
  });
}

type Api = ReturnType<typeof serverApi>;
type File = Parameters<Api['file']['apply']['$post']>[0]['json'];
type Outcome = Awaited<ReturnType<typeof planned>>;
type Plan = Awaited<ReturnType<typeof finished>>;

/** The file, with those values of the environment that it names and nothing else. */
async function given(path: string, { prune }: FileSwitches, { readFile, environment }: ServerWorld): Promise<File> {
  const file = await textOfFile(path, readFile);
  const names = new Set([...file.matchAll(/\$([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name]) => name as string));
  const known = [...names].flatMap((name): [string, string][] => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { file, environment: Object.fromEntries(known), ...(prune ? { prune } : {}) };
}

async function planned(api: Api, file: File, { plans }: { plans: boolean }) {
  const answer = await accepted(api.file.plan.$post({ json: { ...file, plans } }));
  return answer.json();
}

/** Waits until a plan is made. */
async function finished(api: Api, sync: string, number: number, world: ServerWorld) {
  for (;;) {
    const answer = await accepted(
      api.syncs[':sync'].plans[':number'].$get({ param: { sync, number: String(number) } }),
    );
    const plan = await answer.json();
    if (plan.state !== 'making') return plan;
    await world.sleep(ASK_MILLISECONDS);
  }
}

const words = { made: 'new', changed: 'changes', same: 'stays', pruned: 'is deleted', left: 'is left alone' };

function linesOf({ accounts, syncs, unreachable }: Outcome): string[] {
  const of = (noun: string, list: Outcome['accounts']) =>
    list.flatMap(({ key, change, differences }) => [
      ...(change === 'same' ? [] : [`${noun} ${key}: ${words[change]}`]),
      ...differences.map(({ path, before, after }) =>
        path.startsWith('secrets.') ? `  ${path}: another` : `  ${path}: ${textOf(before)} → ${textOf(after)}`,
      ),
    ]);
  const lines = [...of('account', accounts), ...of('sync', syncs)];
  const lost = unreachable.map(({ account, message }) => `account ${account} cannot be used now: ${message}`);
  return lines.length > 0 ? [...lines, ...lost] : ['nothing changes', ...lost];
}

function changesAnything({ accounts, syncs }: Outcome): boolean {
  return [...accounts, ...syncs].some(({ change }) => change !== 'same' && change !== 'left');
}

/** A server plans the syncs it has; what a new one would do, the file alone shows. */
function newLines({ syncs }: Outcome): string[] {
  const made = syncs.filter(({ change }) => change === 'made').map(({ key }) => key);
  if (made.length === 0) return [];
  return [
    `${made.join(', ')}: what a first sync would do is shown by 'syncline sync FILE --dry-run --data DIR', DIR an empty directory`,
  ];
}

function planLines(plans: Record<string, Plan>): string[] {
  return Object.entries(plans).map(([key, { number, totals, reason }]) => {
    if (!totals) return `plan ${number} of ${key} could not be made: ${reason ?? 'make it again'}`;
    const side = (name: 'a' | 'b') => {
      const { create, update, fields, archive, delete: gone } = totals[name];
      return `${name}: ${create} created, ${update} updated (${fields} fields), ${archive + gone} removed`;
    };
    return `plan ${number} of ${key}: ${side('a')}; ${side('b')}; start it with its number, or apply the file`;
  });
}

function textOf(value: unknown): string {
  return value === null ? 'not said' : JSON.stringify(value);
}
