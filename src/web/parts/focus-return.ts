import { useEffect, useState } from 'react';

/** A dialog that is there only while it is open gives the focus back to where it was opened. */
export function useFocusReturn(from?: HTMLElement | null): void {
  const [opener] = useState(() => from ?? openerNow());
  useEffect(() => () => opener?.focus(), [opener]);
}

/** What has the focus; an item of a menu, which goes away with it, stands for the button that opened the menu. */
export function openerNow(): HTMLElement | null {
  const { activeElement } = document;
  const menu = activeElement?.closest('[role=menu]');
  const opener = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : activeElement;
  return opener instanceof HTMLElement ? opener : null;
}
