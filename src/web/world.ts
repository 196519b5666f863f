/** The browser's clock, in milliseconds: the one place where the page reads it. */
export function now(): number {
  return Date.now();
}

/** Calls `act` again and again until the answer is called. */
export function repeatEvery(milliseconds: number, act: () => void): () => void {
  const timer = setInterval(act, milliseconds);
  return () => clearInterval(timer);
}

/** What this browser keeps between visits; a browser that keeps nothing answers null. */
export const kept = {
  read(name: string): string | null {
    try {
      return localStorage.getItem(`syncline-${name}`);
    } catch {
      return null;
    }
  },
  write(name: string, value: string): void {
    try {
      localStorage.setItem(`syncline-${name}`, value);
    } catch {
      // A private window that refuses storage still works; the choice lasts until it is closed.
    }
  },
};

/** What this tab keeps while it is open: a draft outlives a reload. */
export const keptHere = {
  read(name: string): string | null {
    try {
      return sessionStorage.getItem(`syncline-${name}`);
    } catch {
      return null;
    }
  },
  /** null forgets it. */
  write(name: string, value: string | null): void {
    try {
      if (value === null) sessionStorage.removeItem(`syncline-${name}`);
      else sessionStorage.setItem(`syncline-${name}`, value);
    } catch {
      // Without storage a reload begins anew.
    }
  },
};

/** Leaves the page for an address, as for an app's permission page. */
export function leaveFor(address: string): void {
  window.location.assign(address);
}

/** Hands the person a file to keep. */
export function download(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** A call outside the typed API: signing in, events, files. */
export function call(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(path, { credentials: 'same-origin', ...init });
}

/**
 * Hears what the server tells by itself (server-sent events); `told` for each of the named events, `lost` when the line
 * broke. The browser opens a broken line again; one that the server refused stays closed.
 */
export function listen(
  path: string,
  events: string[],
  hear: (what: 'told' | 'lost') => void,
): { close(): void; isClosed(): boolean } {
  const source = new EventSource(path);
  for (const event of events) source.addEventListener(event, () => hear('told'));
  source.addEventListener('error', () => hear('lost'));
  return { close: () => source.close(), isClosed: () => source.readyState === EventSource.CLOSED };
}
