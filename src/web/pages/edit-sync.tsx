import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { syncQuery } from '../api/syncs.ts';
import { Loaded } from '../parts/loaded.tsx';
import type { Settings } from '../wizard/draft.ts';
import { Wizard } from '../wizard/wizard.tsx';

const route = getRouteApi('/inside/syncs/$sync/edit');

/** Another choice for a sync that is there; its re-plan is shown before anything changes. */
export function EditSyncPage() {
  const { t } = useTranslation();
  const { sync } = route.useParams();
  const { step = 'configure' } = route.useSearch();
  const navigate = route.useNavigate();
  const found = useQuery({ ...syncQuery(sync), refetchInterval: false });
  return (
    <Loaded query={found}>
      {({ body }) => (
        <Wizard
          title={t('wizard.editTitle', { sync })}
          initial={{ key: sync, settings: body.settings as unknown as Settings }}
          existing="yes"
          step={step}
          goTo={(to) => void navigate({ search: { step: to } })}
          back={{ to: `/syncs/${encodeURIComponent(sync)}`, label: sync }}
        />
      )}
    </Loaded>
  );
}
