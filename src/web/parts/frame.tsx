import { useHotkeys } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RowsSkeleton } from './page.tsx';
import { PhoneTop, Rail } from './rail.tsx';

const Finder = lazy(() => import('./finder.tsx').then(({ Finder: part }) => ({ default: part })));

/** Rail and screen. A new screen takes the focus, so that the keyboard and screen readers begin at its top. */
export function Frame() {
  const { t } = useTranslation();
  const [finding, setFinding] = useState<'no' | 'yes'>('no');
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const before = useRef(path);
  useHotkeys([['mod+K', () => setFinding('yes')]], []);
  useEffect(() => {
    if (before.current !== path) main.current?.focus({ preventScroll: true });
    before.current = path;
  }, [path]);
  const find = () => setFinding('yes');
  return (
    <>
      <a className="skip-link" href="#content">
        {t('frame.skip')}
      </a>
      <Rail onFind={find} />
      <main className="page-main" id="content" ref={main} tabIndex={-1}>
        <PhoneTop onFind={find} />
        <Suspense fallback={<RowsSkeleton />}>
          <Outlet />
        </Suspense>
      </main>
      {finding === 'yes' ? (
        <Suspense>
          <Finder onClose={() => setFinding('no')} />
        </Suspense>
      ) : null}
    </>
  );
}
