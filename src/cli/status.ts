import { accepted, againstServer, EXIT, type ServerSwitches, type ServerWorld } from './server-client.ts';

/** `syncline status`: how all syncs stand. Answers 1 where records fail, a sync is paused, or an account is lost. */
export function statusCommand(switches: ServerSwitches, world: ServerWorld): Promise<number> {
  return againstServer(switches, world, async (api) => {
    const answer = await accepted(api.status.$get());
    const status = await answer.json();
    const ill =
      status.totals.failing > 0 || status.accounts.length > 0 || status.syncs.some(({ state }) => isIll(state));
    if (switches.json) {
      world.out.write(`${JSON.stringify(status)}\n`);
      return ill ? EXIT.failing : EXIT.fine;
    }
    for (const { sync, state, counts, problems, lagSeconds, paused, reason } of status.syncs) {
      const lag = lagSeconds === null ? '' : `, lag ${lagSeconds.toFixed(1)} s`;
      const { inSync, failing, excluded, waiting } = counts;
      world.out.write(
        `${sync}: ${state}, ${inSync} in sync, ${failing} failing, ${waiting} waiting, ${excluded} excluded${lag}\n`,
      );
      for (const [category, count] of Object.entries(problems)) world.out.write(`  ${count} failing: ${category}\n`);
      if (paused) {
        const share = `${(paused.share * 100).toFixed(1)} %`;
        world.out.write(
          `  paused: the ${paused.brake} brake (${paused.count} records, ${share} of those linked); look at its plan, then 'syncline approve ${sync}'\n`,
        );
      }
      if (state === 'refused' && reason) world.out.write(`  ${reason}\n`);
    }
    if (status.syncs.length === 0) world.out.write('there are no syncs yet\n');
    for (const { account, trouble } of status.accounts) world.out.write(`account ${account}: ${trouble}\n`);
    return ill ? EXIT.failing : EXIT.fine;
  });
}

function isIll(state: string): boolean {
  return state === 'paused' || state === 'account' || state === 'refused';
}
