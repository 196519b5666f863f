import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState } from './empty-state.tsx';

/** What stands at an address that leads nowhere. */
export function Missing() {
  const { t } = useTranslation();
  return (
    <main>
      <EmptyState level={1} title={t('frame.missing.title')} text={t('frame.missing.text')}>
        <Button component={Link} to="/syncs" variant="default">
          {t('frame.goTo.syncs')}
        </Button>
      </EmptyState>
    </main>
  );
}
