import { IconArrowLeft, IconArrowRight, IconArrowsLeftRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AppIcon } from './app-icon.tsx';

/** Which way values flow between the two sides. */
export type Direction = 'both' | 'a-to-b' | 'b-to-a';

/** One side: its app and what people call the account. */
export interface SideOf {
  app: string;
  name: string;
  /** What stands below the name: the object. */
  note?: string | undefined;
}

const arrows = { both: IconArrowsLeftRight, 'a-to-b': IconArrowRight, 'b-to-a': IconArrowLeft };

/** The product's figure: side A left, side B right, and the arrow between them. */
export function TwoSides({
  a,
  b,
  direction,
  size = 28,
}: {
  a: SideOf;
  b: SideOf;
  direction: Direction;
  size?: number;
}) {
  return (
    <span className="two-sides">
      <SideEnd side={a} size={size} />
      <FlowArrow direction={direction} />
      <SideEnd side={b} size={size} />
    </span>
  );
}

/** One side of the figure. */
export function SideEnd({ side, size = 28 }: { side: SideOf; size?: number }) {
  return (
    <span className="two-sides-end">
      <AppIcon app={side.app} size={size} />
      <span className="clip">
        {side.name}
        {side.note ? <Note>{side.note}</Note> : null}
      </span>
    </span>
  );
}

/** The arrow alone, with its meaning for those who hear the page. */
export function FlowArrow({ direction, size = 18 }: { direction: Direction; size?: number }) {
  const { t } = useTranslation();
  const Arrow = arrows[direction];
  return (
    <span className="two-sides-arrow" role="img" aria-label={t(`frame.direction.${direction}`)}>
      <Arrow size={size} stroke={1.75} aria-hidden />
    </span>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <span className="clip" style={{ display: 'block', fontSize: 12, color: 'var(--mantine-color-dimmed)' }}>
      {children}
    </span>
  );
}
