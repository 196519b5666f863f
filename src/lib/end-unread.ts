/**
 * Whoever reads what a process prints may go (`| head`). Then it ends quietly: what runs on ends as if it were asked to
 * (SIGTERM), the rest at once.
 */
export function endUnread(process: NodeJS.Process): void {
  let gone: 'no' | 'yes' = 'no';
  const leave = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (gone === 'no' && !process.emit('SIGTERM', 'SIGTERM')) setImmediate(() => process.exit());
    gone = 'yes';
  };
  for (const stream of [process.stdout, process.stderr]) stream.on('error', leave);
}
