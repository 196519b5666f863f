// Before anything is drawn: the theme and language this browser chose, so that no page flashes in another.
(() => {
  let scheme = null;
  let language = null;
  try {
    scheme = localStorage.getItem('syncline-scheme');
    language = localStorage.getItem('syncline-language');
  } catch {
    // A browser that keeps nothing gets the system's choice.
  }
  const dark = scheme === 'dark' || (scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  const root = document.documentElement;
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  root.style.background = dark ? '#15191c' : '#ffffff';
  if (language) root.lang = language;
})();
