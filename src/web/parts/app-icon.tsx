/** An app's mark on a light tile, so that every brand reads in both themes. Decoration: the app's name stands beside it. */
export function AppIcon({ app, size = 24 }: { app: string; size?: number }) {
  const inner = Math.round(size * 0.62);
  return (
    <span className="app-icon" style={{ width: size, height: size }}>
      {app ? (
        <img src={`/icons/${encodeURIComponent(app)}.svg`} width={inner} height={inner} alt="" loading="lazy" />
      ) : null}
    </span>
  );
}
