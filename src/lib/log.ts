import { pino } from 'pino';
import { redact, type Secrets } from './redact.ts';

/** What a line says beyond its message: flat and short, never a record or a secret. */
export type LogFacts = Record<string, string | number | boolean | null | undefined>;

/** Where a part says what it does. A message is one line, without values of records. */
export interface Log {
  /** For whoever looks for a fault, off by default. */
  debug(message: string, facts?: LogFacts): void;
  /** What an operator may like to know: a run began, an account was connected. */
  info(message: string, facts?: LogFacts): void;
  /** Something an operator should look at when it goes on: an app that does not answer. */
  warn(message: string, facts?: LogFacts): void;
  /** A fault of Syncline itself, for its developers. */
  error(message: string, facts?: LogFacts): void;
  /** The same log with these facts on each line. */
  with(facts: LogFacts): Log;
}

/** How loud a log is: lines below the level are dropped. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** How lines look and where they go. */
export interface LogOptions {
  level: LogLevel;
  /** `plain` for a person at a terminal, `json` for a collector. */
  form: 'plain' | 'json';
  /** Texts that are replaced by [secret] wherever they would show; parts may add to it while the log is in use. */
  secrets: Secrets;
  /** Takes one line, with its line break. */
  write(line: string): void;
}

/** A log that says nothing, for tests. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {}, with: () => silentLog };

/** A log by pino. Secrets that `options.secrets` knows and everything that looks like one are left out. */
export function pinoLog(options: LogOptions): Log {
  const write = (line: string) => options.write(options.form === 'json' ? line : plainLine(line));
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
  };
  return logOver(pino(settings, { write }), options.secrets);
}

function logOver(logger: pino.Logger, secrets: Secrets): Log {
  const say = (level: LogLevel) => (message: string, facts?: LogFacts) =>
    logger[level](cleaned(facts, secrets), redact(oneLine(message), secrets));
  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    with: (facts) => logOver(logger.child(cleaned(facts, secrets)), secrets),
  };
}

/** A fact by such a name is left out whatever it holds. */
const secretName = /token|secret|password|passwd|authorization|cookie|api.?key|credential/i;

function cleaned(facts: LogFacts = {}, secrets: Secrets): LogFacts {
  const clean = ([name, fact]: [string, LogFacts[string]]) => {
    if (typeof fact !== 'string') return [name, fact];
    return [name, secretName.test(name) ? '[secret]' : redact(oneLine(fact), secrets)];
  };
  return Object.fromEntries(Object.entries(facts).map(clean));
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ');
}

/** `2026-01-31T12:00:00.000Z info  message  sync=contacts`. */
function plainLine(line: string): string {
  const { time, level, msg, ...facts } = JSON.parse(line) as Record<string, unknown>;
  const told = Object.entries(facts).map(([name, fact]) => `${name}=${fact}`);
  return `${[`${time} ${String(level).padEnd(5)} ${msg}`, ...told].join('  ')}\n`;
}
