import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { syncQuery } from '../api/syncs.ts';
import { Loaded } from '../parts/loaded.tsx';
import type { Settings } from '../wizard/draft.ts';
import { Wizard } from '../wizard/wizard.tsx';

const route = getRouteApi('/inside/syncs/new');

/** A new sync: empty, with accounts chosen already, or like another one. */
export function NewSyncPage() {
  const { like } = route.useSearch();
  return like ? <Like sync={like} /> : <Fresh />;
}

function Fresh() {
  const { a = '', b = '' } = route.useSearch();
  const settings: Settings = { a: { account: a, object: '' }, b: { account: b, object: '' } };
  return <NewWizard initial={{ key: '', settings }} />;
}

function Like({ sync }: { sync: string }) {
  const found = useQuery(syncQuery(sync));
  return (
    <Loaded query={found}>
      {({ body }) => <NewWizard initial={{ key: `${sync}-2`, settings: body.settings as unknown as Settings }} />}
    </Loaded>
  );
}

function NewWizard({ initial }: { initial: { key: string; settings: Settings } }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const { step = 'object' } = route.useSearch();
  return (
    <Wizard
      title={t('syncs.new')}
      initial={initial}
      existing="no"
      step={step}
      goTo={(to, how) => void navigate({ search: (before) => ({ ...before, step: to }), replace: how === 'instead' })}
      back={{ to: '/syncs', label: t('frame.nav.syncs') }}
    />
  );
}
