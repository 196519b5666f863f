import { IconAlertCircle, IconArrowsSplit2, IconCircleCheck, IconCircleMinus, IconClock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** The states a record, or a number of them, can be in. */
export type State = 'in-sync' | 'waiting' | 'failing' | 'excluded' | 'conflict';

const icons = {
  'in-sync': IconCircleCheck,
  waiting: IconClock,
  failing: IconAlertCircle,
  excluded: IconCircleMinus,
  conflict: IconArrowsSplit2,
};

/** A state as colour, icon and word. `children` replace the word (a count with its word, say). */
export function StateBadge({ state, ground, children }: { state: State; ground?: boolean; children?: ReactNode }) {
  const { t } = useTranslation();
  const Icon = icons[state];
  const colours = { color: `var(--state-${state})`, ...(ground ? { background: `var(--state-${state}-ground)` } : {}) };
  return (
    <span className="state" style={colours} {...(ground ? { 'data-ground': true } : {})}>
      <Icon size={16} stroke={2} aria-hidden />
      {children ?? t(`frame.state.${state}`)}
    </span>
  );
}
