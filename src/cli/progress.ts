import cliProgress from 'cli-progress';
import type { ProgressEvent } from '../server/api.ts';

/** Progress on a terminal as a moving line, in a pipe as plain lines. */
export interface ProgressLines {
  tell(event: ProgressEvent): void;
  /** Clears the moving line, so that something else can be printed. */
  pause(): void;
  end(): void;
}

/** Waits shorter than this many seconds are not worth a line. */
const LEAST_WAIT_SECONDS = 2;

/** Progress for people, on standard error. */
export function progressLines(stream: NodeJS.WriteStream, show: 'shown' | 'silent'): ProgressLines {
  if (show === 'silent') return { tell: () => {}, pause: () => {}, end: () => {} };
  return stream.isTTY ? movingLine(stream) : plainLines(stream);
}

function plainLines(stream: NodeJS.WriteStream): ProgressLines {
  const tell = ({ kind, name, count }: ProgressEvent) => {
    if (kind === 'read' || kind === 'synced') stream.write(`${kind} ${name}: ${count} records\n`);
    if (kind === 'waiting' && count >= LEAST_WAIT_SECONDS) stream.write(`${waitText(name, count)}\n`);
  };
  return { tell, pause: () => {}, end: () => {} };
}

function waitText(name: string, seconds: number): string {
  return `${name} waits ${seconds} s: the app is busy, or has not told yet what became of a write`;
}

/** What is still being counted is not said to be none. */
function doingText(kind: ProgressEvent['kind'], name: string, count: number): string {
  const counted = count > 0 || kind === 'read' || kind === 'synced';
  return `${kind} ${name}${counted ? ` · ${count} records` : ''}`;
}

function movingLine(stream: NodeJS.WriteStream): ProgressLines {
  const bar = new cliProgress.SingleBar({
    stream,
    format: '{what} · {duration_formatted}',
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
    const payload = { what: kind === 'waiting' ? waitText(name, count) : doingText(kind, name, count) };
    if (running === 'no') bar.start(Math.max(count, 1), count, payload);
    else bar.update(count, payload);
    running = 'yes';
  };
  return { tell, pause, end: pause };
}
