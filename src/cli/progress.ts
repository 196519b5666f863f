import cliProgress from 'cli-progress';
import type { ProgressEvent } from '../server/api.ts';

/** Progress on a terminal as a moving line, in a pipe as plain lines. */
export interface ProgressLines {
  tell(event: ProgressEvent): void;
  /** Clears the moving line, so that something else can be printed. */
  pause(): void;
  end(): void;
}

const words: Record<ProgressEvent['kind'], string> = {
  reading: 'reading',
  read: 'read',
  syncing: 'syncing',
  synced: 'synced',
};

/** Progress for people, on standard error. */
export function progressLines(stream: NodeJS.WriteStream, show: 'shown' | 'silent'): ProgressLines {
  if (show === 'silent') return { tell: () => {}, pause: () => {}, end: () => {} };
  return stream.isTTY ? movingLine(stream) : plainLines(stream);
}

function plainLines(stream: NodeJS.WriteStream): ProgressLines {
  const tell = ({ kind, name, count }: ProgressEvent) => {
    if (kind === 'read' || kind === 'synced') stream.write(`${words[kind]} ${name}: ${count} records\n`);
  };
  return { tell, pause: () => {}, end: () => {} };
}

function movingLine(stream: NodeJS.WriteStream): ProgressLines {
  const bar = new cliProgress.SingleBar({
    stream,
    format: '{what} {name} · {value} records · {duration_formatted}',
    clearOnComplete: true,
    hideCursor: true,
    fps: 10,
  });
  let running: 'no' | 'yes' = 'no';
  const pause = () => {
    if (running === 'yes') bar.stop();
    running = 'no';
  };
  const tell = ({ kind, name, count }: ProgressEvent) => {
    const payload = { what: words[kind], name };
    if (running === 'no') bar.start(Math.max(count, 1), count, payload);
    else bar.update(count, payload);
    running = 'yes';
  };
  return { tell, pause, end: pause };
}
