import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

/** One line of a file's report: how a test ended, what happened outside of all tests, or that all have ended. */
export type ReportLine =
  | { end: 'passed' | 'failed' | 'skipped'; name: string; line: number; why: string }
  | { end: 'stray'; why: string }
  | { end: 'complete' };

/** How a test says by `t.diagnostic` that it could not prove a part of what it is for. */
const notProved = 'not proved: ';

/** A reporter for node:test, one JSON line for each test that ended by itself. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const headings: string[] = [];
  for await (const event of events) {
    if (event.type === 'test:start') headings.splice(event.data.nesting, Number.POSITIVE_INFINITY, event.data.name);
    const line = lineOf(event, headings);
    if (line) yield `${JSON.stringify(line)}\n`;
  }
}

function lineOf(event: TestEvent, headings: string[]): ReportLine | undefined {
  if (event.type === 'test:summary') return { end: 'complete' };
  if (event.type === 'test:diagnostic' && isStray(event.data.message)) return { end: 'stray', why: event.data.message };
  if (event.type === 'test:diagnostic' && event.data.message.startsWith(notProved)) {
    return {
      end: 'skipped',
      name: 'a part',
      line: event.data.line ?? 1,
      why: event.data.message.slice(notProved.length),
    };
  }
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return undefined;
  const { nesting, line = 1, skip, todo, details } = event.data;
  const name = [...headings.slice(0, nesting), event.data.name].join(' › ');
  if (event.type === 'test:fail') {
    const { error } = event.data.details;
    // Its own failing tests are reported; the heading over them did nothing wrong.
    if ('failureType' in error && error.failureType === 'subtestsFailed') return undefined;
    return { end: 'failed', name, line, why: inspect(error.cause ?? error) };
  }
  if (skip !== undefined || todo !== undefined) return { end: 'skipped', name, line, why: String(skip ?? todo) };
  return details.type === 'suite' ? undefined : { end: 'passed', name, line, why: '' };
}

/** An error thrown when no test was running comes as a note with this wording, beside ordinary notes. */
function isStray(message: string): boolean {
  return message.includes('generated asynchronous activity after the test ended');
}
