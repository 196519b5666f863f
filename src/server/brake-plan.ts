import { listPlans } from '../store/plans.ts';
import { workspaceSyncs } from '../store/workspace-syncs.ts';
import type { Installation } from './installation.ts';

/** The newest plans that are looked through for one that stands. */
const LOOKED_AT = 5;

/**
 * A brake has paused a sync (its id): what tripped it is made a plan of, to be looked at. One that is there already stands
 * until it is approved or discarded, or the settings change.
 */
export async function planOfBrake(
  { db, engine, plans }: Pick<Installation, 'db' | 'engine' | 'plans'>,
  id: string,
): Promise<void> {
  const { workspace, key } = await engine.store.sync(id);
  const [sync] = await workspaceSyncs(db, workspace, key);
  if (!sync?.progress.paused) return;
  const known = (await listPlans(db, id, null, LOOKED_AT)).find(
    ({ cause, version }) => cause === 'brake' && version === sync.version,
  );
  if (known && known.state !== 'started' && known.state !== 'interrupted') return;
  await plans.begin(sync, { workspace, cause: 'brake', settings: null });
}
